package io.warroom.worker.intake;

import io.warroom.event.IncidentDeclared;
import io.warroom.event.IncidentLimits;
import io.warroom.worker.contract.Incidents;
import io.warroom.worker.intake.Reception.Reason;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.serialization.Deserializer;

/** Reads records of incident-declared, in any order: what is done for one incident is kept in order further in. */
final class DeclarationDoor implements Door {

    private final EventReader events;
    private final IncidentHandler handler;

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
                    .orElseGet(() -> accepted(declared));
        });
    }

    private Reception accepted(IncidentDeclared declared) {
        var incident = Incidents.of(declared);
        return new Reception.Accepted(incident.tenantId(), () -> handler.open(incident));
    }
}
