"""An S3 server of the tests' own (moto), and buckets in it."""

import functools
import logging
import os
import secrets
from typing import Any

import boto3
from moto.server import ThreadedMotoServer

KEYS = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing"}
REGION = "eu-west-3"


@functools.cache
def endpoint() -> str:
    """Where the server is; it ends with this process."""
    logging.getLogger("werkzeug").setLevel(logging.WARNING)  # a line for each request
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    return f"http://{host}:{port}"


def storage() -> dict[str, Any]:
    """A new bucket, as an entry of Django's STORAGES."""
    os.environ.update(KEYS)
    name = f"tamis-{secrets.token_hex(8)}"
    where = {"LocationConstraint": REGION}
    client().create_bucket(Bucket=name, CreateBucketConfiguration=where)
    options = {"bucket_name": name, "endpoint_url": endpoint(), "region_name": REGION}
    return {"BACKEND": "crowd.bucket.BucketStorage", "OPTIONS": options}


def client() -> Any:
    """The server as its administrator sees it."""
    return boto3.client("s3", endpoint_url=endpoint(), region_name=REGION)
