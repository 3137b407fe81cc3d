"""The key that signs: the user's own, made on first use, or one that is given.

The key made here is an ECDSA key on P-256 with a certificate from an authority that exists only to sign it, and whose
key is thrown away: C2PA refuses certificates that sign themselves. No authority vouches for it. It shows that two files
come from the same user, and that a file is as it was signed.
"""

from __future__ import annotations

import contextlib
import datetime
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from talkshow.errors import SettingsError, WorkspaceError
from talkshow.store.digests import digest
from talkshow.store.inputs import read_bytes

if TYPE_CHECKING:
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric import ec

KEY_FILE, CERTIFICATE_FILE = "signing-key.pem", "signing-certificate.pem"
_MOST_BYTES = 100_000
_YEARS = 20


@dataclass(frozen=True)
class SigningKey:
    """A private key, and its certificates, its own first; both PEM."""

    private: bytes
    certificates: bytes
    algorithm: str = "es256"  # C2PA's name

    @property
    def identity(self) -> str:
        """A digest of its certificates."""
        return digest(self.certificates)


def user_key(folder: Path | None = None) -> SigningKey:
    """The key in `folder`, by default the user's configuration folder; made if there is none yet.

    Raises WorkspaceError where it cannot be made or read.
    """
    folder = folder or _config_folder()
    key, certificate = folder / KEY_FILE, folder / CERTIFICATE_FILE
    try:
        if not (key.exists() and certificate.exists()):
            _make(key, certificate)
        return SigningKey(read_bytes(key, _MOST_BYTES), read_bytes(certificate, _MOST_BYTES))
    except OSError as exc:
        raise WorkspaceError(
            f"{exc.filename or key}: the key that signs cannot be made or read: {exc.strerror}"
        ) from exc


def given_key(key: Path, certificates: Path) -> SigningKey:
    """A key and its certificates from files.

    Raises SettingsError for files that hold none, or that do not belong together.
    """
    from cryptography import x509
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519

    try:
        private, chain = read_bytes(key, _MOST_BYTES), read_bytes(certificates, _MOST_BYTES)
    except OSError as exc:
        raise SettingsError(f"{exc.filename or key}: the signing key cannot be read: {exc.strerror}.") from exc
    try:
        loaded = serialization.load_pem_private_key(private, password=None)
        first = x509.load_pem_x509_certificates(chain)[0]
    except (ValueError, TypeError, IndexError) as exc:
        raise SettingsError(
            f"{key}, {certificates}: no signing key. Expected a private key without a password and its certificates, "
            "both in PEM format."
        ) from exc
    if loaded.public_key() != first.public_key():
        raise SettingsError(f"{certificates}: the first certificate does not belong to the key {key}.")
    if isinstance(loaded, ed25519.Ed25519PrivateKey):
        return SigningKey(private, chain, "ed25519")
    if isinstance(loaded, ec.EllipticCurvePrivateKey) and loaded.curve.name in ("secp256r1", "secp384r1"):
        return SigningKey(private, chain, "es256" if loaded.curve.name == "secp256r1" else "es384")
    raise SettingsError(f"{key}: this kind of key cannot sign. Use ECDSA on P-256 or P-384, or Ed25519.")


def _config_folder() -> Path:
    import platformdirs

    return Path(platformdirs.user_config_dir("talkshow", appauthor=False))


def _make(key: Path, certificate: Path) -> None:
    """Write a new key, which only the user can read, and its certificates. Another process may do the same."""
    import filelock
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    private, authority = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    pem = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    chain = [_certificate(private, authority), _certificate(authority, authority)]
    key.parent.mkdir(parents=True, exist_ok=True)
    with filelock.FileLock(key.parent / "signing.lock"):
        if not (key.exists() and certificate.exists()):
            _write_private(key, pem)
            _write_private(certificate, b"".join(each.public_bytes(serialization.Encoding.PEM) for each in chain))


def _write_private(path: Path, data: bytes) -> None:
    """Write a file that only the user may read, whole or not at all. A half pair of an earlier version is replaced."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
        temporary.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise


def _certificate(holder: ec.EllipticCurvePrivateKey, signer: ec.EllipticCurvePrivateKey) -> x509.Certificate:
    """A certificate as the C2PA specification 2.1, section 14.5, wants it. Names say nothing about the user."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.x509.oid import ExtendedKeyUsageOID

    is_authority = holder is signer
    begin = datetime.datetime(2025, 1, 1, tzinfo=datetime.UTC)  # clocks of machines may be wrong by days
    signs = {"key_cert_sign": is_authority, "crl_sign": is_authority, "digital_signature": not is_authority}
    unused = ("content_commitment", "key_encipherment", "data_encipherment", "key_agreement")
    usage = x509.KeyUsage(**signs, **dict.fromkeys(unused, False), encipher_only=False, decipher_only=False)
    builder = (
        x509.CertificateBuilder()
        .subject_name(_name("talkshow user authority" if is_authority else "talkshow user"))
        .issuer_name(_name("talkshow user authority"))
        .public_key(holder.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(begin.replace(year=begin.year + _YEARS))
        .add_extension(x509.BasicConstraints(is_authority, 0 if is_authority else None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(holder.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
    )
    if not is_authority:
        builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), critical=False)
    return builder.sign(signer, hashes.SHA256())


def _name(common: str) -> x509.Name:
    from cryptography import x509
    from cryptography.x509.oid import NameOID

    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "talkshow user"),
            x509.NameAttribute(NameOID.COMMON_NAME, common),
        ]
    )
