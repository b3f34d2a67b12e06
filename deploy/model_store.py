"""``python -m deploy.model_store OPTIONS``: makes MLflow's bucket, then becomes `mlflow server`.

MLflow makes its tables by itself, but not the bucket its files go to. What it needs stands in
the environment (compose.yaml); the options are those of ``mlflow server``.
"""

import os
import sys
import time
from urllib.parse import urlsplit

import boto3
from botocore.exceptions import BotoCoreError, ClientError

PATIENCE = 60
"""Seconds in which the S3 store may come up."""


def make_bucket(address: str, endpoint: str, patience: float = PATIENCE) -> None:
    """Make a bucket where there is none.

    Parameters
    ----------
    address : str
        ``s3://bucket`` or ``s3://bucket/folder``.
    endpoint : str
        The S3 store's own address.
    patience : float
        Seconds to wait for it.

    Raises
    ------
    SystemExit
        If it cannot be had; the sentence says why.
    """
    bucket = urlsplit(address).netloc
    client = boto3.client("s3", endpoint_url=endpoint)
    until = time.monotonic() + patience
    while True:
        try:
            names = [known["Name"] for known in client.list_buckets()["Buckets"]]
            if bucket not in names:
                client.create_bucket(Bucket=bucket)
            return
        except (BotoCoreError, ClientError) as error:
            refused = isinstance(error, ClientError) and _status(error) < 500
            if refused or time.monotonic() > until:
                sys.exit(
                    f"The bucket {bucket} cannot be had from the S3 store at {endpoint} ({error}). "
                    "Check S3_ACCESS_KEY and S3_SECRET_KEY, and that the store runs."
                )
            time.sleep(1)


def _status(error: ClientError) -> int:
    return int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))


def main() -> None:
    """Become MLflow's server."""
    destination = os.environ["MLFLOW_ARTIFACTS_DESTINATION"]
    if destination.startswith("s3://"):
        make_bucket(destination, os.environ["MLFLOW_S3_ENDPOINT_URL"])
    command = [sys.executable, "-m", "mlflow", "server", *sys.argv[1:]]
    os.execv(sys.executable, command)


if __name__ == "__main__":
    main()
