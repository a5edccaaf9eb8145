package io.warroom.worker.ledger;

import io.warroom.event.IncidentParked;
import io.warroom.event.ParkReason;
import io.warroom.worker.contract.FollowUps;
import io.warroom.worker.contract.Incidents;
import io.warroom.worker.contract.Platforms;
import io.warroom.worker.opening.Waiting;
import java.util.List;

/** Between IncidentParked and the domain's word for it. */
final class ParkedIncidents {

    private ParkedIncidents() {}

    static IncidentParked event(Waiting waiting) {
        var pending = waiting.pending();
        var update = pending == null ? null : pending.update();
        return IncidentParked.newBuilder()
                .setTenantId(waiting.incident().tenantId())
                .setIncidentId(waiting.incident().incidentId())
                .setIncident(Incidents.event(waiting.incident()))
                .setReason(
                        switch (waiting.reason()) {
                            case NO_APP -> ParkReason.NO_APP;
                            case KEY_REJECTED -> ParkReason.KEY_REJECTED;
                            case MISCONFIGURED -> ParkReason.MISCONFIGURED;
                            case QUOTA_EXHAUSTED -> ParkReason.QUOTA_EXHAUSTED;
                            case THROTTLED -> ParkReason.THROTTLED;
                            case PEOPLE_NOT_FOUND -> ParkReason.PEOPLE_NOT_FOUND;
                            case TENANT_BUSY -> ParkReason.TENANT_BUSY;
                            case PLATFORM_UNAVAILABLE -> ParkReason.PLATFORM_UNAVAILABLE;
                        })
                .setDetail(waiting.words())
                .setAttempts(waiting.attempts())
                .setNextTryAt(waiting.nextTryAt())
                .setDeadline(waiting.deadline())
                .setPlatform(Platforms.event(waiting.platform()))
                .setAppRevision(waiting.appRevision())
                .setRoomMayExist(waiting.roomMayExist())
                .setPendingUpdate(FollowUps.event(update))
                .setPendingUpdateDigests(update == null ? List.of() : update.digests())
                .setGeneration(waiting.incident().generation())
                .setPendingResolution(FollowUps.event(pending == null ? null : pending.resolution()))
                .build();
    }

    static Waiting waiting(IncidentParked parked) {
        return new Waiting(
                Incidents.of(parked.getIncident()).inGeneration(parked.getGeneration()),
                switch (parked.getReason()) {
                    case NO_APP -> Waiting.Reason.NO_APP;
                    case KEY_REJECTED -> Waiting.Reason.KEY_REJECTED;
                    case MISCONFIGURED -> Waiting.Reason.MISCONFIGURED;
                    case QUOTA_EXHAUSTED -> Waiting.Reason.QUOTA_EXHAUSTED;
                    case THROTTLED -> Waiting.Reason.THROTTLED;
                    case PEOPLE_NOT_FOUND -> Waiting.Reason.PEOPLE_NOT_FOUND;
                    case TENANT_BUSY -> Waiting.Reason.TENANT_BUSY;
                    // A newer worker's reason: tried by time.
                    case PLATFORM_UNAVAILABLE, UNKNOWN -> Waiting.Reason.PLATFORM_UNAVAILABLE;
                },
                parked.getDetail(),
                Platforms.kind(parked.getPlatform()),
                parked.getAppRevision(),
                parked.getAttempts(),
                parked.getNextTryAt(),
                parked.getDeadline(),
                parked.getRoomMayExist(),
                FollowUps.pending(
                        parked.getPendingUpdate(), parked.getPendingUpdateDigests(), parked.getPendingResolution()));
    }
}
