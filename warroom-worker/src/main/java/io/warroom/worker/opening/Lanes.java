package io.warroom.worker.opening;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Counts each tenant's incidents in flight, so that one tenant's slow platform cannot take every place. Thread-safe. */
final class Lanes {

    private final Map<String, Integer> inFlight = new ConcurrentHashMap<>();
    private final int most;

    /** @param most incidents of one tenant in flight at once, at least 1 */
    Lanes(int most) {
        this.most = most;
    }

    /** @return false when the tenant has as many in flight as it may; else {@link #leave} must follow */
    boolean enter(String tenantId) {
        var entered = new boolean[1];
        inFlight.compute(tenantId, (tenant, count) -> {
            int now = count == null ? 0 : count;
            entered[0] = now < most;
            return entered[0] ? Integer.valueOf(now + 1) : count;
        });
        return entered[0];
    }

    /** How many more may enter now. */
    int places(String tenantId) {
        return most - inFlight.getOrDefault(tenantId, 0);
    }

    void leave(String tenantId) {
        inFlight.compute(tenantId, (tenant, count) -> count == null || count <= 1 ? null : Integer.valueOf(count - 1));
    }
}
