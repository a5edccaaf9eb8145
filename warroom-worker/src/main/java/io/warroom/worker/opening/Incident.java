package io.warroom.worker.opening;

import io.warroom.platform.Briefing;
import io.warroom.platform.Person;
import io.warroom.platform.PlatformKind;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An incident that was accepted: inside the contract's limits.
 *
 * @param severity P1 to P5 as people say it, or null when the producer's word is newer than this worker
 * @param generation which room of the incident: 1, and one more each time that it is declared again after its room was closed
 *     or dissolved
 */
public record Incident(
        String tenantId,
        String incidentId,
        String title,
        @Nullable String severity,
        @Nullable String description,
        @Nullable String impact,
        @Nullable String service,
        @Nullable String region,
        Instant declaredAt,
        Chat chat,
        List<Briefing.Link> links,
        List<Person> people,
        int generation) {

    public Incident {
        links = List.copyOf(links);
        people = List.copyOf(people);
    }

    /** The incident's first room. */
    public Incident(
            String tenantId,
            String incidentId,
            String title,
            @Nullable String severity,
            @Nullable String description,
            @Nullable String impact,
            @Nullable String service,
            @Nullable String region,
            Instant declaredAt,
            Chat chat,
            List<Briefing.Link> links,
            List<Person> people) {
        this(
                tenantId,
                incidentId,
                title,
                severity,
                description,
                impact,
                service,
                region,
                declaredAt,
                chat,
                links,
                people,
                1);
    }

    /** The same incident with another room. */
    public Incident inGeneration(int other) {
        return new Incident(
                tenantId,
                incidentId,
                title,
                severity,
                description,
                impact,
                service,
                region,
                declaredAt,
                chat,
                links,
                people,
                other);
    }

    /** Which chat the incident asks for. */
    public sealed interface Chat {
        /** The tenant's active app. */
        record TenantsChoice() implements Chat {}

        /** This platform, whatever the tenant's active app is. */
        record On(PlatformKind platform) implements Chat {}

        /** No chat at all. */
        record None() implements Chat {}
    }
}
