"""What is fast, measured. Never a test: a busy machine must not fail a change."""
