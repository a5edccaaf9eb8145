package io.warroom.config.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClaimReaderTest {

    private final ClaimReader plain = new ClaimReader(new AccessSettings.Claims("roles", "tenants"));

    @Test
    void ofSeveralRolesTheStrongestCounts() {
        var caller = plain.caller(
                Map.of("sub", "ann", "roles", List.of("viewer", "other", "tenant-admin"), "tenants", List.of("a", "b")),
                Credential.ACCESS_TOKEN);

        assertThat(caller).isEqualTo(new Caller("ann", Role.TENANT_ADMIN, Credential.ACCESS_TOKEN, Set.of("a", "b")));
    }

    @ParameterizedTest
    @CsvSource({"INCIDENT_SYSTEM", "NOBODY", "admin", "OPERATOR2", "' OPERATOR'"})
    void aRoleThatNoTokenCanGiveIsNone(String role) {
        assertThat(plain.caller(Map.of("sub", "ann", "roles", role), Credential.ACCESS_TOKEN)
                        .role())
                .isEqualTo(Role.NOBODY);
    }

    @Test
    void claimsOfAnotherShapeGiveNothing() {
        var caller = plain.caller(
                Map.of("sub", 17, "roles", Map.of("OPERATOR", true), "tenants", List.of(1, List.of("a"))),
                Credential.ACCESS_TOKEN);

        assertThat(caller).isEqualTo(new Caller("", Role.NOBODY, Credential.ACCESS_TOKEN, Set.of()));
    }

    @Test
    void aNameWithDotsIsAClaimOrAWayToOne() {
        var reader = new ClaimReader(new AccessSettings.Claims("realm_access.roles", "https://id.example.com/tenants"));

        var caller = reader.caller(
                Map.of(
                        "sub", "ann",
                        "realm_access", Map.of("roles", List.of("OPERATOR")),
                        "https://id.example.com/tenants", "a"),
                Credential.OIDC_SESSION);

        assertThat(caller).isEqualTo(new Caller("ann", Role.OPERATOR, Credential.OIDC_SESSION, Set.of("a")));
    }

    @Test
    void aNameThatCouldForgeALineOfTheLogIsMadeHarmless() {
        var caller = plain.caller(Map.of("sub", "ann\nERROR " + "x".repeat(500)), Credential.ACCESS_TOKEN);

        assertThat(caller.subject()).doesNotContain("\n").hasSize(256);
    }
}
