"""Asking an outside model, where an administrator has turned that on.

The way of a question, outside in: consulting.py (batches, and when to stop) -> client.py (one
exchange, bounded in time and size) -> answers.py (strict reading). What may leave this machine is
decided in questions.py, how it is asked in prompt.py; what fails becomes a sentence in failures.py.
"""
