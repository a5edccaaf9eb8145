package io.warroom.worker.contract;

import io.warroom.event.ChatChoice;
import io.warroom.event.IncidentDeclared;
import io.warroom.event.Link;
import io.warroom.event.Responder;
import io.warroom.event.Severity;
import io.warroom.platform.Briefing;
import io.warroom.platform.Person;
import io.warroom.platform.PlatformKind;
import io.warroom.worker.opening.Incident;
import org.jspecify.annotations.Nullable;

/** Between the contract's incident and the domain's, both ways without loss of what the domain uses. */
public final class Incidents {

    private Incidents() {}

    /** The domain's incident of an event that is inside the limits. */
    public static Incident of(IncidentDeclared declared) {
        return new Incident(
                declared.getTenantId(),
                declared.getIncidentId(),
                declared.getTitle(),
                severity(declared.getSeverity()),
                declared.getDescription(),
                declared.getImpact(),
                declared.getService(),
                declared.getRegion(),
                declared.getDeclaredAt(),
                chat(declared),
                declared.getLinks().stream()
                        .map(link -> new Briefing.Link(link.getTitle(), link.getUrl()))
                        .toList(),
                declared.getResponders().stream().map(Incidents::person).toList());
    }

    /** Null for null, and for a severity that is newer than this worker. */
    static @Nullable String severity(@Nullable Severity severity) {
        return switch (severity) {
            case null -> null;
            case P1, P2, P3, P4, P5 -> severity.name();
            case UNKNOWN -> null;
        };
    }

    static Person person(Responder responder) {
        return new Person(
                responder.getPersonId(),
                responder.getName(),
                Roles.of(responder.getRole()),
                responder.getPlatformUserId(),
                responder.getMobile(),
                responder.getEmail());
    }

    static Responder responder(Person person) {
        return Responder.newBuilder()
                .setPersonId(person.personId())
                .setName(person.name())
                .setRole(Roles.event(person.role()))
                .setPlatformUserId(person.platformUserId())
                .setMobile(person.mobile())
                .setEmail(person.email())
                .build();
    }

    private static Incident.Chat chat(IncidentDeclared declared) {
        var chat = declared.getChat();
        if (chat == null) {
            return new Incident.Chat.TenantsChoice();
        }
        return switch (chat) {
            case WECOM -> new Incident.Chat.On(PlatformKind.WECOM);
            case DINGTALK -> new Incident.Chat.On(PlatformKind.DINGTALK);
            case LARK -> new Incident.Chat.On(PlatformKind.LARK);
            case NONE -> new Incident.Chat.None();
            case UNKNOWN -> throw new IllegalStateException("the limits refuse it");
        };
    }
    /** The event that gives the incident back. */
    public static IncidentDeclared event(Incident incident) {
        return IncidentDeclared.newBuilder()
                .setTenantId(incident.tenantId())
                .setIncidentId(incident.incidentId())
                .setTitle(incident.title())
                .setSeverity(incident.severity() == null ? Severity.UNKNOWN : Severity.valueOf(incident.severity()))
                .setDescription(incident.description())
                .setImpact(incident.impact())
                .setService(incident.service())
                .setRegion(incident.region())
                .setDeclaredAt(incident.declaredAt())
                .setChat(chat(incident))
                .setLinks(incident.links().stream()
                        .map(link -> new Link(link.title(), link.url()))
                        .toList())
                .setResponders(
                        incident.people().stream().map(Incidents::responder).toList())
                .build();
    }

    private static @Nullable ChatChoice chat(Incident incident) {
        return switch (incident.chat()) {
            case Incident.Chat.TenantsChoice() -> null;
            case Incident.Chat.None() -> ChatChoice.NONE;
            case Incident.Chat.On(var platform) ->
                switch (platform) {
                    case WECOM -> ChatChoice.WECOM;
                    case DINGTALK -> ChatChoice.DINGTALK;
                    case LARK -> ChatChoice.LARK;
                };
        };
    }
}
