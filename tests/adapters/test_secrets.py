"""Where secrets are found and kept, and how a keyring that fails ends (fault 46)."""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import sys
import textwrap
import threading
import time
import traceback
from pathlib import Path

import pytest
from doubles.keyrings import FailingKeyring, SilentKeyring, WorkingKeyring
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from keyring.backends import fail, null
from keyring.errors import InitError, KeyringLocked, NoKeyringError

from onering_cli.adapters.keyring_secrets import KeyringBackend, KeyringSecrets
from onering_cli.adapters.private_files import locked, write_private
from onering_cli.adapters.secrets import GROQ_API_KEY, Secret, SecretOrigin, SecretsChain, SecretStore, variable_of
from onering_cli.adapters.secrets_file import SecretsFile
from onering_cli.clock import SystemClock
from onering_cli.errors import LogInError, OneRingError, TryLaterError, UsageError

VALUE = "gsk_0123456789abcdef"
NO_KEYRING: object = fail.Keyring()  # type: ignore[no-untyped-call]  # keyring's own classes are untyped here
NULL_KEYRING: object = null.Keyring()  # type: ignore[no-untyped-call]  # the same


def keyring_of(backend: object, wait_s: float = 5.0) -> KeyringSecrets:
    """Our side of a keyring with that backend behind it."""

    def load() -> KeyringBackend:
        return backend  # type: ignore[return-value]  # the doubles and keyring's own backends satisfy the protocol

    return KeyringSecrets("onering tests", wait_s=wait_s, load=load)


def chain(
    home: Path,
    backend: object | None = None,
    *,
    file_allowed: bool = False,
    learned: list[str] | None = None,
    environment: dict[str, str] | None = None,
) -> SecretsChain:
    return SecretsChain(
        environment or {},
        file=home / "secrets.toml",
        file_allowed=file_allowed,
        keyring=keyring_of(WorkingKeyring() if backend is None else backend),
        learn=([] if learned is None else learned).append,
    )


def value(secrets: SecretsChain, name: str = GROQ_API_KEY) -> str:
    found = secrets.get(name)
    assert found is not None
    return found.reveal()


# Looking up


def test_without_any_place_that_has_it_there_is_no_secret(home: Path) -> None:
    assert chain(home).get(GROQ_API_KEY) is None
    assert not home.exists(), "looking must not create anything"


def test_who_never_logged_in_is_never_held_up_by_the_keyring(home: Path) -> None:
    backend = WorkingKeyring()
    assert chain(home, backend).get(GROQ_API_KEY) is None
    assert backend.calls == 0


def test_places_are_asked_in_the_documented_order(home: Path, tmp_path: Path) -> None:
    backend = WorkingKeyring()
    credentials = tmp_path / "credentials"
    credentials.mkdir()
    (credentials / GROQ_API_KEY).write_text("from systemd\n")

    chain(home, backend).keep({GROQ_API_KEY: "from the file"}, where=SecretStore.FILE)
    assert value(chain(home, backend)) == "from the file"
    chain(home, backend).keep({GROQ_API_KEY: "from the keyring"}, where=SecretStore.KEYRING)
    assert value(chain(home, backend)) == "from the keyring"
    assert value(chain(home, backend, environment={"CREDENTIALS_DIRECTORY": str(credentials)})) == "from systemd"
    everything = chain(
        home, backend, environment={"CREDENTIALS_DIRECTORY": str(credentials), "GROQ_API_KEY": " from the environment "}
    )
    assert value(everything) == "from the environment"
    assert everything.origins() == {
        GROQ_API_KEY: [SecretOrigin.ENVIRONMENT, SecretOrigin.SYSTEMD, SecretOrigin.KEYRING]
    }


@pytest.mark.parametrize(
    ("name", "variable"),
    [
        ("groq.api_key", "GROQ_API_KEY"),
        ("stripe.secret_key", "ONERING_STRIPE_SECRET_KEY"),
        ("x.default.consumer_key", "ONERING_X_CONSUMER_KEY"),
        ("x.default.consumer_secret", "ONERING_X_CONSUMER_SECRET"),
        ("x.default.access_token", "ONERING_X_ACCESS_TOKEN"),
        ("x.default.access_token_secret", "ONERING_X_ACCESS_TOKEN_SECRET"),
        ("x.my-work.access_token", "ONERING_SECRET_X_MY_WORK_ACCESS_TOKEN"),
    ],
)
def test_every_secret_has_a_variable(home: Path, name: str, variable: str) -> None:
    assert variable_of(name) == variable
    assert value(chain(home, environment={variable: VALUE}), name) == VALUE


def test_the_variables_of_x_never_stand_in_for_another_account(home: Path) -> None:
    assert chain(home, environment={"ONERING_X_ACCESS_TOKEN": VALUE}).get("x.work.access_token") is None


def test_an_empty_variable_is_no_secret(home: Path) -> None:
    assert chain(home, environment={"GROQ_API_KEY": "  "}).get(GROQ_API_KEY) is None


def test_a_credential_of_systemd_that_cannot_be_read_is_told(home: Path, tmp_path: Path) -> None:
    (tmp_path / GROQ_API_KEY).write_bytes(b"\xff\xfe")
    with pytest.raises(LogInError, match="systemd credential"):
        chain(home, environment={"CREDENTIALS_DIRECTORY": str(tmp_path)}).get(GROQ_API_KEY)


@pytest.mark.parametrize("name", ["", "groq", "../../etc/passwd", "x.a/b.token", "x..token", "GROQ.KEY", "x.a.b.c"])
def test_a_name_that_could_lead_elsewhere_is_refused(home: Path, name: str) -> None:
    with pytest.raises(UsageError, match="cannot be the name of a secret"):
        chain(home, environment={"CREDENTIALS_DIRECTORY": "/"}).get(name)


def test_accounts_are_those_that_have_a_secret_anywhere(home: Path) -> None:
    secrets = chain(home, environment={"ONERING_X_ACCESS_TOKEN": VALUE})
    secrets.keep({"x.work.access_token": VALUE})
    secrets.keep({"x.home.access_token": VALUE}, where=SecretStore.FILE)
    assert secrets.accounts("x") == ["default", "home", "work"]


def test_asking_where_secrets_are_asks_no_keyring(home: Path) -> None:
    chain(home, backend := WorkingKeyring()).keep({GROQ_API_KEY: VALUE})
    calls = backend.calls
    assert chain(home, backend).origins() == {GROQ_API_KEY: [SecretOrigin.KEYRING]}
    assert backend.calls == calls


# A value never shows


def test_a_secret_shows_nothing_of_its_value() -> None:
    secret = Secret(VALUE, SecretOrigin.FILE)
    assert VALUE not in f"{secret} {secret!r} {[secret]} {vars(Secret)}"
    with pytest.raises(TypeError):
        json.dumps(secret)


def test_every_value_that_passes_through_is_learned_for_the_log(home: Path) -> None:
    learned: list[str] = []
    secrets = chain(home, learned=learned, environment={"GROQ_API_KEY": VALUE})
    secrets.get(GROQ_API_KEY)
    secrets.keep({"stripe.secret_key": "sk_test_123456"})
    assert learned == [VALUE, "sk_test_123456"]


def test_no_failure_names_a_value(home: Path) -> None:
    secrets = chain(home, NULL_KEYRING)
    with pytest.raises(LogInError) as caught:
        secrets.keep({GROQ_API_KEY: VALUE})
    told = "".join(traceback.format_exception(caught.value)) + caught.value.hint
    assert VALUE not in told


# Keeping and forgetting


@pytest.mark.parametrize("where", list(SecretStore))
def test_what_is_kept_is_found_by_the_next_process(home: Path, where: SecretStore) -> None:
    backend = WorkingKeyring()
    assert chain(home, backend).keep({GROQ_API_KEY: VALUE}, where=where) is where
    assert value(chain(home, backend)) == VALUE


def test_the_keyring_is_the_place_that_is_taken_unasked(home: Path) -> None:
    assert chain(home).keep({GROQ_API_KEY: VALUE}) is SecretStore.KEYRING
    assert VALUE not in (home / "secrets.toml").read_text()


def test_a_secret_that_moves_leaves_nothing_behind_in_the_file(home: Path) -> None:
    secrets = chain(home)
    secrets.keep({GROQ_API_KEY: VALUE}, where=SecretStore.FILE)
    secrets.keep({GROQ_API_KEY: VALUE}, where=SecretStore.KEYRING)
    assert VALUE not in (home / "secrets.toml").read_text()
    assert secrets.origins() == {GROQ_API_KEY: [SecretOrigin.KEYRING]}


@pytest.mark.parametrize("where", list(SecretStore))
def test_what_is_forgotten_is_gone(home: Path, where: SecretStore) -> None:
    backend = WorkingKeyring()
    secrets = chain(home, backend)
    secrets.keep({GROQ_API_KEY: VALUE, "stripe.secret_key": VALUE}, where=where)
    assert secrets.forget([GROQ_API_KEY, "x.work.access_token"]) == [GROQ_API_KEY]
    assert secrets.get(GROQ_API_KEY) is None
    assert value(secrets, "stripe.secret_key") == VALUE
    assert secrets.forget([GROQ_API_KEY]) == []
    assert (len(backend.kept) == 1) == (where is SecretStore.KEYRING)


def test_an_empty_value_never_replaces_a_secret(home: Path) -> None:
    secrets = chain(home)
    secrets.keep({GROQ_API_KEY: VALUE})
    with pytest.raises(UsageError, match=r"groq\.api_key is empty"):
        secrets.keep({GROQ_API_KEY: " \n"})
    assert value(secrets) == VALUE


def test_two_homes_do_not_share_their_entries_in_the_keyring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    backend = WorkingKeyring()
    monkeypatch.setattr("keyring.get_keyring", lambda: backend)
    homes = [
        SecretsChain({"ONERING_HOME": name}, file=tmp_path / name / "secrets.toml", file_allowed=False)
        for name in ("one", "two")
    ]
    homes[0].keep({GROQ_API_KEY: "the first one's"})
    homes[1].keep({GROQ_API_KEY: "the second one's"})
    assert value(homes[0]) == "the first one's"


# A keyring that does not work (fault 46)


@pytest.mark.parametrize(
    ("backend", "told"),
    [
        (NO_KEYRING, "there is no keyring"),
        (NULL_KEYRING, "did not keep it"),
        (FailingKeyring(NoKeyringError("none")), "there is no keyring"),
        (FailingKeyring(KeyringLocked("locked")), "is locked"),
        (FailingKeyring(InitError("dismissed")), "is locked"),
        (FailingKeyring(OSError("no bus")), "the keyring failed: OSError: no bus"),
        (FailingKeyring(RuntimeError("a plug-in's own")), "the keyring failed: RuntimeError"),
    ],
)
def test_fault_46_a_secret_is_never_said_to_be_kept_when_it_was_not(home: Path, backend: object, told: str) -> None:
    with pytest.raises(LogInError, match=told) as caught:
        chain(home, backend).keep({GROQ_API_KEY: VALUE})
    assert "--store file" in caught.value.hint
    assert chain(home, backend).origins() == {}


def test_where_the_keyring_fails_the_file_takes_over_only_if_that_was_chosen(home: Path) -> None:
    secrets = chain(home, NO_KEYRING, file_allowed=True)
    assert secrets.keep({GROQ_API_KEY: VALUE}) is SecretStore.FILE
    assert value(secrets) == VALUE
    with pytest.raises(LogInError):
        secrets.keep({GROQ_API_KEY: VALUE}, where=SecretStore.KEYRING)


@pytest.mark.parametrize("backend", [NO_KEYRING, NULL_KEYRING, WorkingKeyring()])
def test_fault_46_a_keyring_that_lost_the_secret_is_told_and_not_passed_over(home: Path, backend: object) -> None:
    chain(home).keep({GROQ_API_KEY: VALUE})
    with pytest.raises(LogInError):
        chain(home, backend).get(GROQ_API_KEY)


def test_fault_46_a_keyring_that_never_answers_is_left_and_not_asked_again() -> None:
    backend = SilentKeyring()
    keyring = keyring_of(backend, wait_s=0.2)
    began = time.monotonic()
    for _ in range(3):
        with pytest.raises(LogInError, match=r"did not answer within 0\.2 s"):
            keyring.get(GROQ_API_KEY)
    assert time.monotonic() - began < 1
    assert backend.asked == 1
    backend.end.set()


def test_finding_the_backend_is_bounded_too() -> None:
    never = threading.Event()

    def load() -> KeyringBackend:
        never.wait(60)
        return WorkingKeyring()

    with pytest.raises(LogInError, match="did not answer"):
        KeyringSecrets("onering tests", wait_s=0.1, load=load).get(GROQ_API_KEY)
    never.set()


def test_fault_46_a_process_with_a_silent_keyring_ends_within_five_seconds(home: Path) -> None:
    program = """
        from doubles.keyrings import SilentKeyring
        from onering_cli.adapters.keyring_secrets import KeyringSecrets
        from onering_cli.errors import LogInError
        try:
            KeyringSecrets("onering tests", wait_s=0.5, load=SilentKeyring).get("groq.api_key")
        except LogInError as error:
            raise SystemExit(int(error.exit_code))
    """
    began = time.monotonic()
    ended = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
        timeout=30,
        check=False,
    )
    assert ended.returncode == 3
    assert time.monotonic() - began < 5


def test_a_keyring_is_proven_by_keeping_something(home: Path) -> None:
    backend = WorkingKeyring()
    assert keyring_of(backend).check() == "a working keyring"
    assert not backend.kept
    with pytest.raises(LogInError, match="did not keep it"):
        keyring_of(NULL_KEYRING).check()


class KeepingKeyring(WorkingKeyring):
    """Says that it deletes, and does not."""

    def delete_password(self, service: str, username: str) -> None:
        return


def test_a_secret_that_the_keyring_does_not_let_go_of_is_told_and_still_known(home: Path) -> None:
    secrets = chain(home, KeepingKeyring())
    secrets.keep({GROQ_API_KEY: VALUE})
    with pytest.raises(LogInError, match="did not let go"):
        secrets.forget([GROQ_API_KEY])
    assert secrets.origins() == {GROQ_API_KEY: [SecretOrigin.KEYRING]}


# The file


def test_the_file_and_its_folder_are_for_their_owner_only(home: Path) -> None:
    old = os.umask(0)
    try:
        chain(home).keep({GROQ_API_KEY: VALUE}, where=SecretStore.FILE)
    finally:
        os.umask(old)
    assert stat.S_IMODE((home / "secrets.toml").stat().st_mode) == 0o600
    assert stat.S_IMODE((home / "secrets.toml.lock").stat().st_mode) == 0o600
    assert stat.S_IMODE(home.stat().st_mode) == 0o700


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o644, 0o666])
def test_a_file_that_others_can_read_is_refused(home: Path, mode: int) -> None:
    secrets = chain(home)
    secrets.keep({GROQ_API_KEY: VALUE}, where=SecretStore.FILE)
    (home / "secrets.toml").chmod(mode)
    with pytest.raises(UsageError) as caught:
        secrets.get(GROQ_API_KEY)
    assert caught.value.hint == f"chmod 600 {home / 'secrets.toml'}"


@pytest.mark.parametrize(
    "content", ["not = [toml", "keyring = 1", "values = 'gsk_1'", "[values]\na = 1", "keyring = [1]", "\xff"]
)
def test_a_damaged_file_is_told_without_quoting_it(home: Path, content: str) -> None:
    home.mkdir(parents=True)
    (home / "secrets.toml").write_bytes(content.encode("latin-1"))
    (home / "secrets.toml").chmod(0o600)
    with pytest.raises(UsageError, match="is damaged") as caught:
        chain(home).get(GROQ_API_KEY)
    assert "gsk_1" not in f"{caught.value} {caught.value.hint}"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50, deadline=None)
@given(
    st.dictionaries(
        st.from_regex(r"[a-z][a-z0-9]{0,5}\.[A-Za-z0-9_-]{1,9}", fullmatch=True),
        st.text(st.characters(exclude_categories=["Cs"]), min_size=1).filter(str.strip),
        max_size=5,
    )
)
def test_any_value_comes_back_from_the_file_as_it_was(tmp_path: Path, values: dict[str, str]) -> None:
    secrets = chain(tmp_path / "any")
    secrets.keep(values, where=SecretStore.FILE)
    assert {name: value(secrets, name) for name in values} == values


def test_a_full_disk_loses_nothing_of_what_was_there(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    secrets = chain(home)
    secrets.keep({GROQ_API_KEY: VALUE}, where=SecretStore.FILE)

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(UsageError, match="No space left"):
        secrets.keep({GROQ_API_KEY: "another"}, where=SecretStore.FILE)
    assert value(secrets) == VALUE
    assert sorted(path.name for path in home.iterdir()) == ["secrets.toml", "secrets.toml.lock"]


def test_processes_that_keep_secrets_at_once_lose_none(home: Path) -> None:
    def keep(number: int) -> None:
        chain(home).keep({f"x.account{number}.access_token": VALUE}, where=SecretStore.FILE)

    threads = [threading.Thread(target=keep, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(chain(home).origins()) == 8


class ImpatientClock(SystemClock):
    """A clock on which every look takes a second, so that nothing waits."""

    seconds = 0.0

    def monotonic(self) -> float:
        self.seconds += 1
        return self.seconds

    def sleep(self, seconds: float) -> None:
        self.seconds += seconds


def test_a_lock_that_is_not_let_go_ends_in_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "secrets.toml"
    with (
        locked(path, clock=ImpatientClock(), wait_s=5),
        pytest.raises(TryLaterError, match="another OneRing process"),
        SecretsFile(path, ImpatientClock()).change(),
    ):
        pytest.fail("two had the lock")


def test_a_folder_that_cannot_be_created_ends_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(OneRingError, match="cannot be written"):
        write_private(tmp_path / "file" / "secrets.toml", "content")


# A real keyring

REAL = """
import os
from pathlib import Path
from onering_cli.adapters.secrets import SecretsChain
from onering_cli.errors import LogInError


def chain():
    return SecretsChain(os.environ, file=Path(os.environ["HOME"], "o", "secrets.toml"), file_allowed=False)


"""


def real_keyring(folder: Path, program: str, daemon: str) -> str:
    """What a program prints beside a gnome-keyring of its own, on a session bus of its own."""
    for tool in ("gnome-keyring-daemon", "dbus-run-session"):
        if shutil.which(tool) is None:
            pytest.skip(f"needs {tool}: apt-get install gnome-keyring dbus-daemon dbus-x11")
    places = {"HOME": folder / "h", "XDG_DATA_HOME": folder / "d", "XDG_RUNTIME_DIR": folder / "r"}
    for place in places.values():
        place.mkdir(mode=0o700, exist_ok=True)
    script = folder / "program.py"
    script.write_text(REAL + program)
    inherited = {name: text for name, text in os.environ.items() if name != "PYTHON_KEYRING_BACKEND"}
    ended = subprocess.run(
        ["dbus-run-session", "--", "bash", "-c", f'{daemon} >/dev/null; "$0" "$1"', sys.executable, str(script)],
        env={**inherited, **{name: str(place) for name, place in places.items()}},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


UNLOCKED = "printf pw | gnome-keyring-daemon --unlock --components=secrets"
LOCKED = "gnome-keyring-daemon --start --components=secrets"
NO_BUS = "export DBUS_SESSION_BUS_ADDRESS=unix:path=/nowhere"  # as in cron


@pytest.mark.slow
def test_a_real_keyring_keeps_and_forgets(tmp_path: Path) -> None:
    program = """
print(chain().keyring.check())
chain().keep({"groq.api_key": "gsk_kept"})
print(chain().get("groq.api_key").reveal(), chain().origins())
print(chain().forget(["groq.api_key"]), chain().get("groq.api_key"))
"""
    name, kept, forgotten = real_keyring(tmp_path, program, UNLOCKED).splitlines()
    assert "SecretService" in name
    assert kept.startswith("gsk_kept")
    assert forgotten == "['groq.api_key'] None"


@pytest.mark.slow
@pytest.mark.parametrize(("daemon", "told"), [(LOCKED, "is locked"), (NO_BUS, "there is no keyring")])
def test_a_real_keyring_that_is_locked_or_absent_ends_in_a_sentence_in_time(
    tmp_path: Path, daemon: str, told: str
) -> None:
    real_keyring(tmp_path, 'chain().keep({"groq.api_key": "gsk_kept"})', UNLOCKED)
    program = """
import time
began = time.monotonic()
try:
    print(chain().get("groq.api_key").reveal())
except LogInError as error:
    print(error.message)
print(time.monotonic() - began)
"""
    message, took_s = real_keyring(tmp_path, program, daemon).splitlines()
    assert told in message
    assert float(took_s) < 6
