package io.warroom.worker.contract;

import io.warroom.event.IncidentResolved;
import io.warroom.event.IncidentUpdated;
import io.warroom.event.Severity;
import io.warroom.worker.opening.FollowUp;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Between the contract's updates and resolutions and the domain's, both ways. */
public final class FollowUps {

    private FollowUps() {}

    /** The domain's update of an event that is inside the limits. */
    public static FollowUp.Update of(IncidentUpdated updated) {
        return FollowUp.Update.of(
                updated.getTenantId(),
                updated.getIncidentId(),
                updated.getTitle(),
                Incidents.severity(updated.getSeverity()),
                updated.getImpact(),
                updated.getNote(),
                updated.getAddedResponders().stream().map(Incidents::person).toList(),
                updated.getUpdatedAt());
    }

    /** The domain's resolution of an event that is inside the limits. */
    public static FollowUp.Resolution of(IncidentResolved resolved) {
        return new FollowUp.Resolution(
                resolved.getTenantId(), resolved.getIncidentId(), resolved.getSummary(), resolved.getResolvedAt());
    }

    /** Null when nothing is pending. */
    public static FollowUp.@Nullable Pending pending(
            @Nullable IncidentUpdated updated, List<Long> digests, @Nullable IncidentResolved resolved) {
        if (updated == null && resolved == null) {
            return null;
        }
        return new FollowUp.Pending(
                updated == null ? null : merged(of(updated), digests), resolved == null ? null : of(resolved));
    }

    private static FollowUp.Update merged(FollowUp.Update update, List<Long> digests) {
        return new FollowUp.Update(
                update.tenantId(),
                update.incidentId(),
                update.title(),
                update.severity(),
                update.impact(),
                update.note(),
                update.added(),
                update.updatedAt(),
                digests);
    }

    /** Null for null. */
    public static @Nullable IncidentUpdated event(FollowUp.@Nullable Update update) {
        if (update == null) {
            return null;
        }
        String severity = update.severity();
        return IncidentUpdated.newBuilder()
                .setTenantId(update.tenantId())
                .setIncidentId(update.incidentId())
                .setTitle(update.title())
                .setSeverity(severity == null ? null : Severity.valueOf(severity))
                .setImpact(update.impact())
                .setNote(update.note())
                .setAddedResponders(
                        update.added().stream().map(Incidents::responder).toList())
                .setUpdatedAt(update.updatedAt())
                .build();
    }

    /** Null for null. */
    public static @Nullable IncidentResolved event(FollowUp.@Nullable Resolution resolution) {
        return resolution == null
                ? null
                : IncidentResolved.newBuilder()
                        .setTenantId(resolution.tenantId())
                        .setIncidentId(resolution.incidentId())
                        .setSummary(resolution.summary())
                        .setResolvedAt(resolution.resolvedAt())
                        .build();
    }
}
