package io.warroom.worker.opening;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A ledger that records what it is given; an incident stands as the test says, else as what was parked of it. */
final class RememberingLedger implements Ledger {

    final List<Waiting> parked = new ArrayList<>();
    final List<String> released = new ArrayList<>();
    final List<String> repeated = new ArrayList<>();

    boolean isFull;

    @Nullable
    Standing standing;

    @Override
    public Standing standing(String tenantId, String incidentId) {
        var fixed = standing;
        return fixed != null
                ? fixed
                : lastOf(incidentId).<Standing>map(Standing.Waits::new).orElseGet(Standing.Unknown::new);
    }

    @Override
    public Optional<Waiting> waiting(Incident incident) {
        return lastOf(incident.incidentId());
    }

    private Optional<Waiting> lastOf(String incidentId) {
        return parked.reversed().stream()
                .filter(waiting -> waiting.incident().incidentId().equals(incidentId))
                .findFirst();
    }

    @Override
    public void repeatResult(Incident incident) {
        repeated.add(incident.incidentId());
    }

    @Override
    public Parking park(Waiting waiting) {
        if (isFull) {
            return Parking.LIMIT_EXCEEDED;
        }
        parked.add(waiting);
        return Parking.PARKED;
    }

    @Override
    public void release(Incident incident) {
        released.add(incident.incidentId());
    }
}
