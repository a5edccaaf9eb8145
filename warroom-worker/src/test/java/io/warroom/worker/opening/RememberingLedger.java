package io.warroom.worker.opening;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A ledger that notes what it is told, and answers one thing. */
final class RememberingLedger implements Ledger {

    final List<Waiting> parked = new ArrayList<>();
    final List<String> released = new ArrayList<>();
    final List<String> repeated = new ArrayList<>();
    Entry entry = Entry.NEW;
    Standing standing = new Standing.Unknown();

    @Override
    public Entry find(Incident incident) {
        return entry;
    }

    @Override
    public Standing standing(String tenantId, String incidentId) {
        return standing;
    }

    @Override
    public Optional<Waiting> waiting(Incident incident) {
        return parked.reversed().stream()
                .filter(waiting -> waiting.incident().incidentId().equals(incident.incidentId()))
                .findFirst();
    }

    @Override
    public void repeatResult(Incident incident) {
        repeated.add(incident.incidentId());
    }

    @Override
    public void park(Waiting waiting) {
        parked.add(waiting);
    }

    @Override
    public void release(Incident incident) {
        released.add(incident.incidentId());
    }
}
