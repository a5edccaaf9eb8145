package io.warroom.config.operations;

import io.warroom.config.http.Problem;
import io.warroom.config.incident.Incidents;
import io.warroom.config.retry.DeclarationReader;
import io.warroom.config.room.RoomStandings;
import io.warroom.config.room.RoomStandings.Standing;
import io.warroom.config.room.RoomStandings.Wanted;
import io.warroom.event.FailureReason;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.apache.kafka.common.KafkaException;

/**
 * Tries incidents again that failed for a reason which is corrected now: publishes each one's declaration once more, marked as a retry.
 * The read model says which incidents are failed at this moment, so one that has a room by now is left alone. A page of them is in memory
 * at a time.
 */
final class Redrive implements Operation {

    private static final int PAGE = 500;

    private final RoomStandings standings;
    private final DeclarationReader declarations;
    private final Incidents incidents;

    Redrive(RoomStandings standings, DeclarationReader declarations, Incidents incidents) {
        this.standings = standings;
        this.declarations = declarations;
        this.incidents = incidents;
    }

    @Override
    public void run(OperationRequest request, PrintStream out) throws InterruptedException {
        requireReasons(request.reasons());
        var wanted = new Wanted(request.reasons(), request.tenant(), request.since());
        var count = new Count();
        out.println("Trying failed incidents again" + (request.dryRun() ? " (dry run)" : ""));
        try (var session = declarations.open()) {
            Standing last = null;
            for (var page = standings.failed(wanted, last, PAGE);
                    !page.isEmpty();
                    page = standings.failed(wanted, last, PAGE)) {
                last = page.getLast();
                // In the order of the topic: reads go forward.
                for (var incident : page.stream().sorted(BY_POSITION).toList()) {
                    tryAgain(incident, session, request.dryRun(), count, out);
                }
                out.println("  " + count);
            }
        } catch (KafkaException e) {
            throw new OperationFailedException(
                    "Kafka or the schema registry did not answer (" + e.getMessage() + ") after " + count
                            + ". Run it again: what has a room by then is left alone.",
                    e);
        } catch (Problem e) {
            throw new OperationFailedException(
                    "Kafka did not accept a retry in time, after " + count
                            + ". Run it again: what has a room by then is left alone.",
                    e);
        }
        out.println((request.dryRun() ? "Would be: " : "Done: ") + count);
    }

    private void tryAgain(
            Standing incident, DeclarationReader.Session session, boolean dryRun, Count count, PrintStream out)
            throws InterruptedException {
        count.found++;
        // A page takes a while: what was resolved, opened or declared again since is no longer failed.
        var now = standings.of(incident.tenantId(), incident.incidentId()).orElse(null);
        if (now == null || now.stage() != RoomStandings.Stage.FAILED) {
            count.skipped++;
            return;
        }
        var declaration = session.read(now);
        if (declaration.isEmpty()) {
            count.expired++;
            out.println("  expired   " + name(now) + ": its declaration has left the topic; declare it again");
            return;
        }
        if (dryRun) {
            out.println("  retry     " + name(now));
        } else {
            incidents.retry(declaration.get(), now.failedAt());
        }
        count.tried++;
    }

    private static String name(Standing incident) {
        return incident.tenantId() + "/" + incident.incidentId() + " (" + incident.reason() + ")";
    }

    private static final Comparator<Standing> BY_POSITION = Comparator.<Standing>comparingInt(
                    incident -> incident.declarations().isEmpty()
                            ? -1
                            : incident.declarations().getFirst().partition())
            .thenComparingLong(incident -> incident.declarations().isEmpty()
                    ? -1
                    : incident.declarations().getFirst().offset());

    private static void requireReasons(List<String> reasons) {
        var known = Arrays.stream(FailureReason.values()).map(Enum::name).toList();
        if (reasons.isEmpty()) {
            throw new OperationFailedException(
                    "--reason=R[,R] is missing: which failures to try again. Reasons are " + String.join(", ", known));
        }
        reasons.stream().filter(reason -> !known.contains(reason)).findFirst().ifPresent(reason -> {
            throw new OperationFailedException(
                    "--reason: " + reason + " is none. Reasons are " + String.join(", ", known));
        });
    }

    private static final class Count {
        private long found;
        private long tried;
        private long expired;
        private long skipped;

        @Override
        public String toString() {
            return found + " found, " + tried + " tried, " + expired + " expired, " + skipped + " skipped";
        }
    }
}
