"""A company's OpenID Connect provider with three people, as a program of its own.

    python -m tests.browser.sign_in_provider PORT [--certificate FILE] [--address ADDRESS]

With the file of a certificate and its key it is asked over TLS.
"""

import argparse
import os

import uvicorn
from oidc_provider_mock import User, app

PEOPLE = ("ann", "dana", "eve")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("port", type=int)
    parser.add_argument("--certificate")
    parser.add_argument("--address", default="127.0.0.1")
    told = parser.parse_args()
    os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"
    people = [
        User(
            sub=name,
            claims={"email": f"{name}@firm.com", "email_verified": True, "name": name.title()},
        )
        for name in PEOPLE
    ]
    uvicorn.run(
        app(user_claims=people),
        host=told.address,
        port=told.port,
        interface="wsgi",
        ssl_certfile=told.certificate,
        forwarded_allow_ips="*",  # a proxy in front may say that it was asked over TLS
    )


if __name__ == "__main__":
    main()
