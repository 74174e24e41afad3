"""Models that run on this machine: their weights, and llama.cpp in process."""
