package io.warroom.config.room;

import io.warroom.config.http.Problem;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.springframework.http.HttpStatus;

/**
 * Bounds how many reads of one tenant are in the database at once, so that one tenant's viewers leave connections for all others. Memory:
 * an entry for each tenant that reads now. Safe for concurrent use; callers block for a short time.
 */
final class ReadLimit {

    /** A read that finds no permit within this time is refused. */
    private static final Duration MAX_WAIT = Duration.ofSeconds(1);

    private static final Duration RETRY_AFTER = Duration.ofSeconds(2);

    private final int perTenant;
    private final ConcurrentHashMap<String, Permits> tenants = new ConcurrentHashMap<>();

    private record Permits(Semaphore free, int callers) {}

    ReadLimit(int perTenant) {
        this.perTenant = perTenant;
    }

    /**
     * Runs the read when the tenant has a permit.
     *
     * @throws Problem 429 when it has none in time
     */
    <T> T read(String tenant, Supplier<T> read) {
        var permits = enter(tenant);
        try {
            if (!permits.free().tryAcquire(MAX_WAIT.toMillis(), TimeUnit.MILLISECONDS)) {
                throw Problem.later(
                        HttpStatus.TOO_MANY_REQUESTS,
                        "too-many-reads",
                        "The tenant has " + perTenant
                                + " lists being read here, the limit for a tenant. Send fewer at a time, or use the stream.",
                        RETRY_AFTER);
            }
            try {
                return read.get();
            } finally {
                permits.free().release();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting to read", e);
        } finally {
            leave(tenant);
        }
    }

    /** Tenants with a read that runs or waits. */
    int tenants() {
        return tenants.size();
    }

    private Permits enter(String tenant) {
        return tenants.compute(
                tenant,
                (_, known) -> known == null
                        ? new Permits(new Semaphore(perTenant), 1)
                        : new Permits(known.free(), known.callers() + 1));
    }

    private void leave(String tenant) {
        tenants.computeIfPresent(
                tenant, (_, known) -> known.callers() == 1 ? null : new Permits(known.free(), known.callers() - 1));
    }
}
