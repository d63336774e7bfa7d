"""One iteration from a configuration file: what VO-CLOUD's worker contract asks for, without a browser."""
