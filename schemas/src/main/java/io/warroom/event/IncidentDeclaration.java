package io.warroom.event;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Builds an {@link IncidentDeclared} that consumers accept: {@link #build()} checks every limit. Not safe for use by two
 * threads.
 */
public final class IncidentDeclaration {

    static {
        EventClasses.trust();
    }

    private static final Instant FIRST_SECONDS = Instant.ofEpochMilli(1_000_000_000L);
    private static final Instant LAST_SECONDS = Instant.ofEpochMilli(5_000_000_000L);

    private final IncidentDeclared.Builder incident;
    private final List<Link> links = new ArrayList<>();
    private final List<Responder> responders = new ArrayList<>();

    private IncidentDeclaration(IncidentDeclared.Builder incident) {
        this.incident = incident;
    }

    /**
     * Begins with what every incident has.
     *
     * @param declaredAt kept to the millisecond
     */
    public static IncidentDeclaration of(
            String tenantId, String incidentId, String title, Severity severity, Instant declaredAt) {
        return new IncidentDeclaration(IncidentDeclared.newBuilder()
                .setTenantId(tenantId)
                .setIncidentId(incidentId)
                .setTitle(title)
                .setSeverity(severity)
                .setDeclaredAt(declaredAt.truncatedTo(ChronoUnit.MILLIS)));
    }

    /** Whether a time is what comes of seconds since 1970, of the years 2001 to 2128, that are taken as milliseconds. */
    public static boolean looksLikeSeconds(Instant time) {
        return !time.isBefore(FIRST_SECONDS) && time.isBefore(LAST_SECONDS);
    }

    /** What is known, at most 4000 characters. */
    public IncidentDeclaration description(@Nullable String description) {
        incident.setDescription(description);
        return this;
    }

    /** Who is hurt and how, at most 1000 characters. */
    public IncidentDeclaration impact(@Nullable String impact) {
        incident.setImpact(impact);
        return this;
    }

    /** The service concerned, at most 255 characters. */
    public IncidentDeclaration service(@Nullable String service) {
        incident.setService(service);
        return this;
    }

    /** The region concerned, at most 255 characters. */
    public IncidentDeclaration region(@Nullable String region) {
        incident.setRegion(region);
        return this;
    }

    /** Overrides the tenant's active app; null leaves the choice to the tenant's configuration. */
    public IncidentDeclaration chat(@Nullable ChatChoice chat) {
        incident.setChat(chat);
        return this;
    }

    /** Adds a link; at most {@link IncidentLimits#LINKS}. */
    public IncidentDeclaration link(String title, String url) {
        links.add(Link.newBuilder().setTitle(title).setUrl(url).build());
        return this;
    }

    /** Adds somebody who should be in the room; at most {@link IncidentLimits#RESPONDERS}. */
    public IncidentDeclaration responder(Responder responder) {
        responders.add(responder);
        return this;
    }

    /**
     * Adds somebody who should be in the room.
     *
     * @param email as the chat platform's directory knows it, or null
     * @param mobile in E.164 form, or null
     */
    public IncidentDeclaration responder(
            String personId, String name, Role role, @Nullable String email, @Nullable String mobile) {
        return responder(new Responder(personId, name, email, mobile, null, role));
    }

    /**
     * The event.
     *
     * @throws IllegalArgumentException naming every field outside its limits
     */
    public IncidentDeclared build() {
        var built = incident.setLinks(List.copyOf(links))
                .setResponders(List.copyOf(responders))
                .build();
        if (looksLikeSeconds(built.getDeclaredAt())) {
            throw new IllegalArgumentException("declaredAt is " + built.getDeclaredAt()
                    + ": seconds were taken as milliseconds. Use Instant.ofEpochSecond.");
        }
        var violations = IncidentLimits.violations(built);
        if (!violations.isEmpty()) {
            throw new IllegalArgumentException(violations.stream()
                    .map(violation -> violation.field() + " " + violation.message())
                    .collect(Collectors.joining("; ")));
        }
        return built;
    }
}
