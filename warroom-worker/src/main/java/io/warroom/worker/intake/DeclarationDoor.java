package io.warroom.worker.intake;

import io.warroom.event.IncidentDeclared;
import io.warroom.event.IncidentLimits;
import io.warroom.worker.contract.Incidents;
import io.warroom.worker.intake.Reception.Reason;
import io.warroom.worker.opening.Declaration;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
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

    private final EventReader events;
    private final IncidentHandler handler;
    private final Turns<String> incidents = new Turns<>();

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
            return EventReader.refusal(record, declared.getTenantId(), IncidentLimits.violations(declared))
                    .orElseGet(() -> accepted(record, declared));
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

    private Reception accepted(ConsumerRecord<byte[], byte[]> record, IncidentDeclared declared) {
        var incident = Incidents.of(declared);
        var declaration = new Declaration(incident, Instant.ofEpochMilli(record.timestamp()), retryAt(record));
        var turn = incidents.queue(incident.tenantId() + "/" + incident.incidentId());
        return new Reception.Accepted(incident.tenantId(), turn, new Reception.Handling() {
            @Override
            public void run() throws InterruptedException {
                handler.open(declaration);
            }

            @Override
            public boolean giveUp(String words) throws InterruptedException {
                return handler.giveUp(incident, words);
            }
        });
    }
}
