"""A service list of the province in which the gaps that become items are those a test names."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from childledger import editions

NAME = "henan.9"
UNEXPIRED = {"within_months": 0}
PROOFS = {
    "not_enrolled": {"feed": "education.enrolment", "kind": "enrolment_status", "values": ["enrolled"]},
    "uninsured": {"feed": "insurance.enrolment", "kind": "insurance_status", "values": ["insured"]},
    "insurance_lapsed": {"feed": "insurance.enrolment", "kind": "insured_until"} | UNEXPIRED,
    "vaccination_incomplete": {"feed": "cdc.vaccination", "kind": "vaccination_status", "values": ["complete"]},
    "permit_lapsed": {"feed": "public_security.residence", "kind": "permit_endorsed_until"} | UNEXPIRED,
    "certificate_expired": {"feed": "disabled_persons.certificate", "kind": "certificate_valid_until"} | UNEXPIRED,
}


def serve(monkeypatch: pytest.MonkeyPatch, folder: Path, after_days: dict[str, int], since: str = "2026-01-09") -> None:
    """Serve the province by a list of a service for each rule; only these ask, after so many days."""
    services = {}
    for rule, proof in PROOFS.items():
        services[rule] = {
            "aspect": "发展保障", "title": rule, "source": "test", "lead": "unknown", "target": {"basis": "test"},
            "proof": [proof],
        }  # fmt: skip
        if rule in after_days:
            services[rule]["raises"] = {"flag": rule, "after_days": after_days[rule]}
    told = {"title": "t", "document": "d", "in_force_from": since, "items": len(services), "services": services}
    (folder / f"{NAME}.yaml").write_text(yaml.safe_dump(told, allow_unicode=True), encoding="utf-8")
    known = editions.editions() + editions.editions(folder)
    monkeypatch.setattr(editions, "editions", lambda: known)
