package io.warroom.worker.intake;

import io.warroom.event.IncidentDeclared;
import io.warroom.event.IncidentLimits;
import io.warroom.worker.contract.Incidents;
import io.warroom.worker.intake.Reception.Reason;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.serialization.Deserializer;

/** Reads records of incident-declared, in any order; one at a time is in work of an incident that was declared again and again. */
final class DeclarationDoor implements Door {

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
                    .orElseGet(() -> accepted(declared));
        });
    }

    private Reception accepted(IncidentDeclared declared) {
        var incident = Incidents.of(declared);
        var turn = incidents.queue(incident.tenantId() + "/" + incident.incidentId());
        return new Reception.Accepted(incident.tenantId(), turn, new Reception.Handling() {
            @Override
            public void run() throws InterruptedException {
                handler.open(incident);
            }

            @Override
            public boolean giveUp(String words) throws InterruptedException {
                return handler.giveUp(incident, words);
            }
        });
    }
}
