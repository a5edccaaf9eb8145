package io.warroom.config.retry;

import io.warroom.config.http.TenantId;
import io.warroom.config.incident.DeclarationEffect;
import io.warroom.config.room.RoomStandings;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks up in the read model what a declaration does. An unreachable database never holds a declaration back. */
public final class EffectLookup implements DeclarationEffect.Lookup, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(EffectLookup.class);
    private static final Duration TIMEOUT = Duration.ofMillis(500);

    private final RoomStandings standings;
    private final ExecutorService lookups = Executors.newVirtualThreadPerTaskExecutor();

    /** Reads only. */
    public EffectLookup(RoomStandings standings) {
        this.standings = standings;
    }

    @Override
    public DeclarationEffect of(TenantId tenant, String incidentId, Instant declaredAt) throws InterruptedException {
        var lookup = lookups.submit(() -> standings.of(tenant.value(), incidentId));
        try {
            return lookup.get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
                    .map(standing -> effect(standing, declaredAt))
                    .orElse(DeclarationEffect.OPENS);
        } catch (TimeoutException e) {
            lookup.cancel(true);
            return DeclarationEffect.UNKNOWN;
        } catch (ExecutionException e) {
            log.atDebug().setCause(e).log("Effect of a declaration is not known; the declaration goes on");
            return DeclarationEffect.UNKNOWN;
        }
    }

    static DeclarationEffect effect(RoomStandings.Standing standing, Instant declaredAt) {
        if (!declaredAt.isAfter(standing.declaredAt())) {
            return DeclarationEffect.REPEATS;
        }
        return switch (standing.stage()) {
            case DECLARED, OPENED, OPENED_SILENT -> DeclarationEffect.REPEATS;
            case WAITING -> DeclarationEffect.REPLACES_WAITING;
            case FAILED -> DeclarationEffect.TRIES_AGAIN;
            case CLOSED -> DeclarationEffect.OPENS_ANOTHER;
        };
    }

    @Override
    public void close() {
        lookups.shutdownNow();
    }
}
