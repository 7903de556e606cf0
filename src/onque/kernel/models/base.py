"""The base of every tenant table."""

from django.db import models

from onque.kernel.ids import new_id
from onque.kernel.tenancy import current_tenant


class TenantModel(models.Model):
    """A row of one tenant. In the database its key is (tenant_id, id): see `kernel.rls.fence`."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    tenant_id = models.UUIDField(default=current_tenant, editable=False)

    class Meta:
        abstract = True
