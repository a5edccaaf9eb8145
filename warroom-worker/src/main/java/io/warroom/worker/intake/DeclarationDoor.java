package io.warroom.worker.intake;

import io.warroom.event.IncidentDeclared;
import io.warroom.event.IncidentLimits;
import io.warroom.worker.contract.Incidents;
import io.warroom.worker.intake.Reception.Reason;
import io.warroom.worker.opening.Declaration;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads records of incident-declared, in any order; one at a time is in work of an incident that was declared again and again. */
final class DeclarationDoor implements Door {

    private static final Logger log = LoggerFactory.getLogger(DeclarationDoor.class);

    /** When another try was requested: decimal milliseconds since 1970, in UTF-8. */
    static final String RETRY = "warroom-retry";

    private record Waiting(Turns.Turn turn, Instant declaredAt) {}

    private final EventReader events;
    private final IncidentHandler handler;
    private final Turns<String> incidents = new Turns<>();
    private final ConcurrentMap<String, Waiting> waiting = new ConcurrentHashMap<>();

    DeclarationDoor(Deserializer<?> decoder, IncidentHandler handler) {
        this.events = new EventReader(decoder);
        this.handler = handler;
    }

    @Override
    public Turns.Turn queue(ConsumerRecord<byte[], byte[]> record) {
        return Turns.Turn.free();
    }

    @Override
    public Reception receive(ConsumerRecord<byte[], byte[]> record) {
        return events.read(record, event -> {
            if (!(event instanceof IncidentDeclared declared)) {
                return new Reception.Rejected(Reason.WRONG_TYPE, "The value is not an IncidentDeclared.");
            }
            var writtenAt = EventReader.writtenAt(record);
            var fitted = IncidentLimits.fitted(declared, writtenAt);
            var incident = fitted.event();
            var violations = IncidentLimits.violations(incident);
            var handling = violations.isEmpty()
                    ? new Handling(new Declaration(Incidents.of(incident), writtenAt, retryAt(record)))
                    : null;
            var subject = Reception.Subject.of(incident.getTenantId(), incident.getIncidentId(), handling);
            return EventReader.refusal(record, subject, violations, fitted.changes())
                    .orElseGet(() -> accepted(record, Objects.requireNonNull(handling)));
        });
    }

    /** Null for a record that is no retry, or whose header holds no time. */
    private static @Nullable Instant retryAt(ConsumerRecord<byte[], byte[]> record) {
        var header = record.headers().lastHeader(RETRY);
        if (header == null || header.value() == null) {
            return null;
        }
        try {
            return Instant.ofEpochMilli(Long.parseLong(new String(header.value(), StandardCharsets.UTF_8)));
        } catch (NumberFormatException e) {
            log.debug("The header {} holds no time; the record counts as a declaration", RETRY, e);
            return null;
        }
    }

    /**
     * Of the records of one incident in one partition, one is in work and one waits: the one with the latest declaration, since its
     * result is the answer to all of them. The others end at once, so that many duplicates hold no place and no partition. A retry
     * is never skipped.
     */
    private Reception accepted(ConsumerRecord<byte[], byte[]> record, Handling handling) {
        var incident = handling.declaration.incident();
        String id = incident.tenantId() + "/" + incident.incidentId();
        if (handling.declaration.retryAt() != null) {
            return new Reception.Accepted(incident.tenantId(), incidents.queue(id), handling);
        }
        String key = record.partition() + "/" + id;
        var arrived = new AtomicReference<>(Turns.Turn.skipped());
        waiting.compute(key, (_, before) -> {
            boolean waits = before != null && !before.turn().isNext();
            if (waits && !incident.declaredAt().isAfter(before.declaredAt())) {
                return before;
            }
            var turn = incidents.queue(id);
            if (waits) {
                before.turn().skip();
            }
            arrived.set(turn);
            return new Waiting(turn, incident.declaredAt());
        });
        var turn = arrived.get();
        turn.whenClosed(() -> waiting.computeIfPresent(key, (_, last) -> last.turn() == turn ? null : last));
        return new Reception.Accepted(incident.tenantId(), turn, handling);
    }

    private final class Handling implements Reception.Handling {

        private final Declaration declaration;

        Handling(Declaration declaration) {
            this.declaration = declaration;
        }

        @Override
        public void run() throws InterruptedException {
            handler.open(declaration);
        }

        @Override
        public boolean giveUp(String words) throws InterruptedException {
            return handler.giveUp(declaration.incident(), words);
        }

        @Override
        public void publishRejection(String detail) throws InterruptedException {
            handler.reject(declaration.incident(), detail);
        }
    }
}
