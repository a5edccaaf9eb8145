package io.warroom.config.access;

import io.warroom.config.openapi.RouteCallers;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.springframework.http.HttpMethod;

/** Whom each route admits, of the tenant's own, for the API's document: asked of the rules themselves. Stateless. */
final class RouteRoles implements RouteCallers {

    @Override
    public Optional<List<Kind>> of(String method, String pattern) {
        return Routes.ALL.stream()
                .filter(route -> route.method().equals(HttpMethod.valueOf(method)))
                .filter(route -> route.pattern().equals(pattern))
                .findFirst()
                .map(route -> Arrays.stream(Role.values())
                        .filter(role -> route.rule().admits(somebody(role), "own"))
                        .map(role -> new Kind(role.name(), words(role), role == Role.INCIDENT_SYSTEM))
                        .toList());
    }

    private static Caller somebody(Role role) {
        return new Caller("somebody", role, Credential.ACCESS_TOKEN, Set.of("own"));
    }

    private static String words(Role role) {
        return switch (role) {
            case OPERATOR -> "operators";
            case TENANT_ADMIN -> "the tenant's admins";
            case VIEWER -> "its viewers";
            case INCIDENT_SYSTEM -> "its incident systems (API token)";
            case METRICS_READER -> "monitoring systems (metrics token)";
            case NOBODY -> "anybody";
        };
    }
}
