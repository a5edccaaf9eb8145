package io.warroom.config.access;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.springframework.http.HttpMethod;

/** Who may use which route, for whoever describes it; asked of the rules themselves. */
public final class RouteRoles {

    private RouteRoles() {}

    /** The roles, of the tenant's own, that a route admits, in their order; empty when no rule was made for the route. */
    public static Optional<List<Role>> of(String method, String pattern) {
        return Routes.ALL.stream()
                .filter(route -> route.method().equals(HttpMethod.valueOf(method)))
                .filter(route -> route.pattern().equals(pattern))
                .findFirst()
                .map(route -> Arrays.stream(Role.values())
                        .filter(role -> route.rule().admits(callerOf(role), "own"))
                        .collect(Collectors.toList()));
    }

    private static Caller callerOf(Role role) {
        return new Caller("somebody", role, Credential.ACCESS_TOKEN, Set.of("own"));
    }
}
