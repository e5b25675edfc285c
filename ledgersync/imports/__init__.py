"""Files in: lists and statements that people bring; a reader returns rows and problems."""
