package io.warroom.config.retry;

import io.warroom.config.http.Problem;
import io.warroom.config.http.TenantId;
import io.warroom.config.incident.Incidents;
import io.warroom.config.room.RoomStandings;
import io.warroom.config.room.RoomStandings.Standing;
import io.warroom.event.IncidentDeclared;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.KafkaException;
import org.springframework.http.HttpStatus;

/**
 * Tries an incident again: publishes its declaration once more, marked as a retry, so that the worker tries what failed or waits, and
 * posts a first message that is not sent. Safe for concurrent use.
 */
public final class Retries {

    /** Each read has a consumer of its own. */
    private static final int MAX_CONCURRENT_READS = 4;

    private static final Duration MAX_WAIT = Duration.ofSeconds(2);

    private final RoomStandings standings;
    private final DeclarationReader declarations;
    private final Incidents incidents;
    private final Semaphore reads = new Semaphore(MAX_CONCURRENT_READS);

    /** See {@link RetryController} for the route. */
    public Retries(RoomStandings standings, DeclarationReader declarations, Incidents incidents) {
        this.standings = standings;
        this.declarations = declarations;
        this.incidents = incidents;
    }

    /** Whether trying again makes sense now. */
    public boolean isUseful(TenantId tenant, String incidentId) {
        return standings
                .of(tenant.value(), incidentId)
                .map(standing -> switch (standing.stage()) {
                    case WAITING, FAILED, OPENED_SILENT -> true;
                    case DECLARED, OPENED, CLOSED -> false;
                })
                .orElse(false);
    }

    /**
     * Tries the incident again.
     *
     * @throws Problem 404, 409 or 410 when that cannot be, 503 when the broker does not answer
     */
    public Incidents.Written retry(TenantId tenant, String incidentId) throws InterruptedException {
        var standing = standings
                .of(tenant.value(), incidentId)
                .orElseThrow(() -> new Problem(
                        HttpStatus.NOT_FOUND,
                        "no-such-incident",
                        "Nothing is known of this incident here. If it was declared a moment ago, wait some seconds; else"
                                + " declare it."));
        requireRetryable(standing);
        var declaration = read(standing);
        return incidents.retry(declaration, standing.failedAt());
    }

    private static void requireRetryable(Standing standing) {
        var reason = switch (standing.stage()) {
            case DECLARED, WAITING, FAILED, OPENED_SILENT -> "";
            case OPENED -> "The room is open and its first message is sent: there is nothing to try again.";
            case CLOSED -> "The room is closed. If the incident is back, declare it again with a later declaredAt.";
        };
        if (!reason.isEmpty()) {
            throw new Problem(HttpStatus.CONFLICT, "nothing-to-retry", reason);
        }
    }

    private IncidentDeclared read(Standing standing) throws InterruptedException {
        if (!reads.tryAcquire(MAX_WAIT.toMillis(), TimeUnit.MILLISECONDS)) {
            throw unavailable("Too many incidents are tried again at this moment. Send it again.");
        }
        try (var session = declarations.open()) {
            return session.read(standing)
                    .orElseThrow(() -> new Problem(
                            HttpStatus.GONE,
                            "declaration-expired",
                            "The declaration is no longer in its topic, which keeps 7 days: declare it again, with the same"
                                    + " incidentId and a later declaredAt."));
        } catch (KafkaException e) {
            throw unavailable("Kafka or the schema registry did not answer in time. Send it again.");
        } finally {
            reads.release();
        }
    }

    private static Problem unavailable(String detail) {
        return Problem.later(HttpStatus.SERVICE_UNAVAILABLE, "broker-unavailable", detail, Duration.ofSeconds(5));
    }
}
