class Finding:
    rule: str
    severity: str
    message: str
    page: int | None
    evidence: str | None

class RuleRun:
    rule: str
    status: str

class Result:
    path: str
    findings: list[Finding]
    runs: list[RuleRun]
    error: str | None
