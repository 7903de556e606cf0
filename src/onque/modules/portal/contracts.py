"""What the portal's pages show."""

from dataclasses import dataclass

from onque.kernel.contract import Contract


@dataclass(frozen=True)
class BrandPage(Contract):
    """A brand's page; `color` is "#rrggbb", `support_address` "" until one is set."""

    workspace_name: str
    brand_name: str
    color: str
    language: str
    support_address: str
