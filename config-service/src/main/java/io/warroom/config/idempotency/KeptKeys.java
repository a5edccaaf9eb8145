package io.warroom.config.idempotency;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Supplier;

/**
 * How many keys tenants have: counted in the database at most every ten seconds a tenant, and in memory in between, where other
 * instances' keys of that time are missing. Safe for concurrent use.
 */
final class KeptKeys {

    private static final Duration RECOUNT = Duration.ofSeconds(10);

    /** Beyond this, entries that must be counted again are removed. */
    private static final int MAX_REMEMBERED = 10_000;

    private final ConcurrentMap<String, Counted> tenants = new ConcurrentHashMap<>();

    private record Counted(IdempotencyStore.Kept kept, Instant at) {

        boolean isFresh(Instant now) {
            return now.isBefore(at.plus(RECOUNT)) && now.isBefore(kept.firstExpires());
        }

        Counted withOneMore() {
            return new Counted(new IdempotencyStore.Kept(kept.count() + 1, kept.firstExpires()), at);
        }
    }

    /**
     * The tenant's keys, with one that is taken now.
     *
     * @param most no more need be counted: the one that is taken is given back then
     * @param count counts them, that one included
     */
    IdempotencyStore.Kept withOneMore(String tenant, Instant now, int most, Supplier<IdempotencyStore.Kept> count) {
        var known = tenants.computeIfPresent(
                tenant,
                (_, counted) ->
                        counted.isFresh(now) && counted.kept().count() <= most ? counted.withOneMore() : counted);
        if (known != null && known.isFresh(now)) {
            return known.kept();
        }
        if (tenants.size() >= MAX_REMEMBERED) {
            tenants.values().removeIf(counted -> !counted.isFresh(now));
        }
        var kept = count.get();
        tenants.put(tenant, new Counted(kept, now));
        return kept;
    }
}
