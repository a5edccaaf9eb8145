package io.warroom.config.access;

import java.util.Set;

/**
 * Who calls. Immutable; holds no proof.
 *
 * @param subject the user name, the issuer's {@code sub} or the API token's id
 * @param tenants whose it is; without meaning for an operator, who is everybody's
 */
public record Caller(String subject, Role role, Credential credential, Set<String> tenants) {

    public Caller {
        tenants = Set.copyOf(tenants);
    }

    /** Whether the tenant is the caller's to look at. */
    public boolean maySee(String tenant) {
        return Rule.SEE.admits(this, tenant);
    }

    /** Whether the tenant is the caller's to change. */
    public boolean mayManage(String tenant) {
        return Rule.MANAGE.admits(this, tenant);
    }

    /** The caller behind an API token of one tenant. */
    public static Caller incidentSystem(String tokenId, String tenant) {
        return new Caller(tokenId, Role.INCIDENT_SYSTEM, Credential.API_TOKEN, Set.of(tenant));
    }
}
