package io.warroom.worker.directory;

import io.warroom.platform.PlatformKind;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Every tenant's apps: a last-writer-wins register per tenant and platform, decided by revision, so that events in any
 * order, any interleaving, any number of times give the same table. A deleted app stays as its revision, or an older
 * app-enabled that is read later would bring it back. One thread applies; any number look up, without locks.
 */
final class AppTable {

    private final Map<String, Map<PlatformKind, AppState>> apps = new ConcurrentHashMap<>();

    /** Takes the state unless a newer one is known. */
    void apply(AppState state) {
        apps.merge(state.tenantId(), Map.of(state.platform(), state), (known, added) -> {
            var last = known.get(state.platform());
            if (last != null && last.revision() >= state.revision()) {
                return known;
            }
            var merged = new EnumMap<PlatformKind, AppState>(known);
            merged.putAll(added);
            return Map.copyOf(merged);
        });
    }

    /**
     * The tenant's enabled app.
     *
     * @param wanted this platform's app; null means the active one
     */
    Optional<AppState> find(String tenantId, @Nullable PlatformKind wanted) {
        return apps.getOrDefault(tenantId, Map.of()).values().stream()
                .filter(state -> state.app() != null)
                .filter(state -> wanted == null || state.platform() == wanted)
                .max(Comparator.comparingLong(AppState::activation));
    }

    /** How many tenants the table knows, deleted ones included. */
    int tenants() {
        return apps.size();
    }

    /** The whole table, to compare. */
    Map<String, Map<PlatformKind, AppState>> snapshot() {
        return Map.copyOf(apps);
    }
}
