package io.warroom.worker.intake;

import io.micrometer.core.instrument.Counter;
import io.warroom.event.IncidentLimits;
import io.warroom.event.IncidentResolved;
import io.warroom.event.IncidentUpdated;
import io.warroom.topic.Topic;
import io.warroom.worker.contract.FollowUps;
import io.warroom.worker.intake.Reception.Reason;
import io.warroom.worker.opening.FollowUp;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.serialization.Deserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads records of incident-updated and incident-resolved: a tenant's one after the other, and what is said of one incident is
 * done in that order. One whose incident nobody declared is passed over, but not before it is old enough for a stray declaration
 * to have come home, and every declaration that is there then is done: the topics have no order between them.
 */
final class FollowUpDoor implements Door {

    private static final Logger log = LoggerFactory.getLogger(FollowUpDoor.class);

    private static final Duration LOOK_AGAIN = Duration.ofMillis(200);
    /** What a stray needs to be read, sent home and read there, with a rebalance in between. */
    private static final Duration GRACE = Duration.ofSeconds(10);

    private final EventReader events;
    private final FollowUpHandler handler;
    private final Arrivals arrivals;
    private final Counter unknown;
    private final Clock clock;
    private final String updated;
    private final Turns<String> tenants = new Turns<>();
    private final Turns<String> incidents = new Turns<>();

    /** @param unknown counts what was passed over because its incident is not known */
    FollowUpDoor(
            Deserializer<?> decoder,
            FollowUpHandler handler,
            Arrivals arrivals,
            Counter unknown,
            Clock clock,
            String topicPrefix) {
        this.events = new EventReader(decoder);
        this.handler = handler;
        this.arrivals = arrivals;
        this.unknown = unknown;
        this.clock = clock;
        this.updated = Topic.INCIDENT_UPDATED.name(topicPrefix);
    }

    @Override
    public Turns.Turn queue(ConsumerRecord<byte[], byte[]> record) {
        return tenants.queue(record.key() == null ? "" : new String(record.key(), StandardCharsets.UTF_8));
    }

    @Override
    public Reception receive(ConsumerRecord<byte[], byte[]> record) {
        return events.read(record, event -> switch (event) {
            case IncidentUpdated it
            when record.topic().equals(updated) ->
                update(record, IncidentLimits.fitted(it, EventReader.writtenAt(record)));
            case IncidentResolved it
            when !record.topic().equals(updated) ->
                resolution(record, IncidentLimits.fitted(it, EventReader.writtenAt(record)));
            default -> new Reception.Rejected(Reason.WRONG_TYPE, "The value is not of the topic's type.");
        });
    }

    private Reception update(ConsumerRecord<byte[], byte[]> record, IncidentLimits.Fitted<IncidentUpdated> fitted) {
        var event = fitted.event();
        return EventReader.refusal(
                        record,
                        Reception.Subject.of(event.getTenantId(), event.getIncidentId(), null),
                        IncidentLimits.violations(event),
                        fitted.changes())
                .orElseGet(() -> accepted(record, FollowUps.of(event)));
    }

    private Reception resolution(
            ConsumerRecord<byte[], byte[]> record, IncidentLimits.Fitted<IncidentResolved> fitted) {
        var event = fitted.event();
        return EventReader.refusal(
                        record,
                        Reception.Subject.of(event.getTenantId(), event.getIncidentId(), null),
                        IncidentLimits.violations(event),
                        fitted.changes())
                .orElseGet(() -> accepted(record, FollowUps.of(event)));
    }

    private Reception accepted(ConsumerRecord<byte[], byte[]> record, FollowUp news) {
        var turn = incidents.queue(news.tenantId() + "/" + news.incidentId());
        return new Reception.Accepted(news.tenantId(), turn, new Reception.Handling() {
            @Override
            public void run() throws InterruptedException {
                follow(record, news);
            }

            @Override
            public void awaitLeave() throws InterruptedException {
                // Its declaration may have come the same way: that one must be home first.
                long end = arrivals.end(record.partition());
                while (arrivals.done(record.partition()) < end) {
                    Thread.sleep(LOOK_AGAIN);
                }
            }
        });
    }

    /** Tries once at least, and for as long as the declaration may be on its way home from another partition. */
    private boolean followedWhileYoung(ConsumerRecord<byte[], byte[]> record, FollowUp news)
            throws InterruptedException {
        var now = clock.instant();
        var written = Instant.ofEpochMilli(record.timestamp());
        // A writer's clock may be ahead of ours.
        var old = (written.isBefore(now) ? written : now).plus(GRACE);
        while (!handler.follow(news)) {
            if (!clock.instant().isBefore(old)) {
                return false;
            }
            Thread.sleep(LOOK_AGAIN);
        }
        return true;
    }

    private void follow(ConsumerRecord<byte[], byte[]> record, FollowUp news) throws InterruptedException {
        if (followedWhileYoung(record, news)) {
            return;
        }
        long end = arrivals.end(record.partition());
        while (true) {
            boolean allAreDone = arrivals.done(record.partition()) >= end;
            if (handler.follow(news)) {
                return;
            }
            if (allAreDone) {
                break;
            }
            Thread.sleep(LOOK_AGAIN);
        }
        unknown.increment();
        log.atDebug()
                .addKeyValue("tenant", news.tenantId())
                .addKeyValue("incidentId", news.incidentId())
                .log("Nobody declared the incident that this is about");
    }
}
