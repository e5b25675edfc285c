"""What pages are made of. Only app.py, pages/ and what serves them import Streamlit, too."""
