// Writes `signatures.json`: bodies signed by npm stripe, which is other code than the one that checks them.
//
// Run it where npm stripe 23.1.0 is installed:
//
//     npm install stripe@23.1.0 && node record_signatures.mjs > signatures.json
//
// With `--live` it signs what comes on stdin, a JSON object {payload, secret, timestamp} a line, and prints headers.
import { createInterface } from "node:readline";
import Stripe from "stripe";

const stripe = new Stripe("sk_test_unused");
const sign = (payload, secret, timestamp) => stripe.webhooks.generateTestHeaderString({ payload, secret, timestamp });

if (process.argv.includes("--live")) {
  for await (const line of createInterface({ input: process.stdin })) {
    const { payload, secret, timestamp } = JSON.parse(line);
    console.log(sign(payload, secret, timestamp));
  }
} else {
  const secrets = ["whsec_one", "whsec_Zm9vYmFyYmF6cXV4", "päßwörd with spaces"];
  const payloads = [
    "{}",
    '{\n  "id": "evt_1",\n  "object": "event"\n}',
    JSON.stringify({ id: "evt_2", text: "Grüße, 日本, 👩‍👩‍👧, \u2028 \u0000" }),
    "not json at all",
    " leading and trailing \r\n",
    "",
    "x".repeat(3000),
  ];
  const signed = [];
  for (const secret of secrets)
    for (const payload of payloads)
      for (const timestamp of [1, 1700000000, 4102444800])
        signed.push({ payload, secret, timestamp, header: sign(payload, secret, timestamp) });
  console.log(JSON.stringify({ note: "Made by record_signatures.mjs beside this file, with npm stripe 23.1.0.", signed }, null, 1));
}
