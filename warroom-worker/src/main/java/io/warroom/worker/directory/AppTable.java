package io.warroom.worker.directory;

import io.warroom.platform.PlatformKind;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Every tenant's apps: a last-writer-wins register per tenant and platform, decided by revision, so that events in any
 * order, any interleaving, any number of times give the same table. A deleted app stays as its revision, or an older
 * app-enabled that is read later would bring it back. Any number of threads apply, and look up without locks.
 */
final class AppTable {

    private final Map<String, TenantApps> apps = new ConcurrentHashMap<>();

    /** Takes the state unless a newer one is known. */
    void apply(AppState state) {
        if (apps.putIfAbsent(state.tenantId(), state) != null) {
            apps.computeIfPresent(state.tenantId(), (tenant, known) -> known.with(state));
        }
    }

    /**
     * The tenant's enabled app.
     *
     * @param wanted this platform's app; null means the active one
     */
    Optional<AppState> find(String tenantId, @Nullable PlatformKind wanted) {
        var tenant = apps.get(tenantId);
        if (tenant == null) {
            return Optional.empty();
        }
        var found = wanted == null ? tenant.active() : tenant.on(wanted);
        return found == null || found.app() == null ? Optional.empty() : Optional.of(found);
    }

    /** How many tenants the table knows, deleted ones included. */
    int tenants() {
        return apps.size();
    }

    /** The whole table, to compare: a tenant's apps in no order. */
    Map<String, Set<AppState>> snapshot() {
        return apps.entrySet().stream()
                .collect(Collectors.toUnmodifiableMap(
                        Map.Entry::getKey, tenant -> tenant.getValue().all()));
    }
}
