"""What pages are made of. With app.py, pages/ and asgi.py the only importer of Streamlit."""
