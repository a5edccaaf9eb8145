package io.warroom.config.console;

import io.warroom.config.testing.Deployment;
import io.warroom.config.testing.Instance;
import io.warroom.config.testing.Issuer;
import io.warroom.event.AppHealth;
import io.warroom.event.AppHealthState;
import io.warroom.event.FailureReason;
import io.warroom.event.IncidentDeclaration;
import io.warroom.event.IncidentDeclared;
import io.warroom.event.IncidentParked;
import io.warroom.event.IncidentResolved;
import io.warroom.event.IncidentUpdated;
import io.warroom.event.MessageKind;
import io.warroom.event.MessageState;
import io.warroom.event.MissingMember;
import io.warroom.event.MissingReason;
import io.warroom.event.ParkReason;
import io.warroom.event.Platform;
import io.warroom.event.Role;
import io.warroom.event.RoomMember;
import io.warroom.event.RoomMessage;
import io.warroom.event.Severity;
import io.warroom.event.WarRoomClosed;
import io.warroom.event.WarRoomFailed;
import io.warroom.event.WarRoomOpened;
import io.warroom.simulator.Simulator;
import io.warroom.topic.Topic;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.kafka.core.KafkaTemplate;

/** The service with everything that its console shows: the platforms, an issuer of sign-ins, and workers' words on the topics. */
final class ConsoleStage implements AutoCloseable {

    /** What every platform takes as the key of every company here. */
    static final String KEY = "k3y-that-nobody-reads-back";

    /** The pages of a tenant, in each state that looks different. */
    static final List<String> PAGES = List.of(
            "war-rooms",
            "war-rooms?q=none-such",
            "war-room?incident=INC-1",
            "war-room?incident=INC-2",
            "war-room?incident=INC-3",
            "war-room?incident=none-such",
            "mobile-apps",
            "mobile-apps/dingtalk/enable",
            "mobile-apps/wecom/key",
            "mobile-apps/wecom/delete",
            "declare",
            "people",
            "audit",
            "api-tokens");

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    final Simulator simulator;
    final Issuer issuer;
    final Deployment deployment;
    final Instance service;
    private final KafkaTemplate<String, Object> kafka;

    @SuppressWarnings("unchecked")
    ConsoleStage(Path folder) throws Exception {
        simulator = Simulator.start("127.0.0.1", 0);
        issuer = Issuer.start();
        deployment = Deployment.inFolder(folder);
        var endpoints = String.join(
                ",",
                Stream.of("wecom", "dingtalk", "lark")
                        .map(platform -> simulator.baseUrl() + "/" + platform)
                        .toList());
        service = deployment.start(
                // No TLS stands in front of the test.
                "--server.servlet.session.cookie.secure=false",
                "--warroom.endpoints.allowed-base-urls=" + endpoints,
                "--warroom.app-check.call-timeout=4s",
                "--spring.security.oauth2.client.registration.desk.client-id=" + Issuer.CLIENT,
                "--spring.security.oauth2.client.registration.desk.client-secret=client-secret-of-the-test",
                "--spring.security.oauth2.client.registration.desk.client-name=Service Desk",
                "--spring.security.oauth2.client.registration.desk.authorization-grant-type=authorization_code",
                "--spring.security.oauth2.client.registration.desk.redirect-uri={baseUrl}/login/oauth2/code/{registrationId}",
                "--spring.security.oauth2.client.registration.desk.scope=openid",
                "--spring.security.oauth2.client.registration.desk.provider=desk",
                "--spring.security.oauth2.client.provider.desk.authorization-uri=" + issuer.uri() + "/authorize",
                "--spring.security.oauth2.client.provider.desk.token-uri=" + issuer.uri() + "/token",
                "--spring.security.oauth2.client.provider.desk.jwk-set-uri=" + issuer.uri() + "/keys",
                "--spring.security.oauth2.client.provider.desk.user-name-attribute=sub");
        kafka = (KafkaTemplate<String, Object>) service.part("kafka", KafkaTemplate.class);
    }

    /** Where the console is. */
    String url() {
        return "http://127.0.0.1:" + service.port();
    }

    /** Where the simulator plays a platform. */
    String endpoint(String platform) {
        return simulator.baseUrl() + "/" + platform.toLowerCase(Locale.ROOT);
    }

    /** Makes the company known to a platform. */
    void company(String tenant, String platform) throws IOException, InterruptedException {
        simulated(
                "PUT",
                "/tenants/" + tenant,
                "{\"platform\":\"%s\",\"app\":%s,\"people\":[{\"userId\":\"u1\",\"name\":\"Li Lei\"},{\"userId\":\"u2\",\"name\":\"韩梅梅\"}]}"
                        .formatted(platform, parameters(tenant, platform)));
    }

    /** The parameters that the platform's console shows for this company. */
    static String parameters(String tenant, String platform) {
        return switch (platform) {
            case "WECOM" -> """
                    {"enterpriseId":"ww-%s","enterpriseKey":"%s","addressBookKey":"%s-book","serviceId":1000002}""".formatted(tenant, KEY, KEY);
            case "DINGTALK" -> """
                    {"clientId":"ding-%s","clientSecret":"%s","groupTemplateId":"t","robotId":"r","serviceId":"42"}""".formatted(tenant, KEY);
            default -> """
                    {"appId":"cli_%s","appSecret":"%s"}""".formatted(tenant, KEY);
        };
    }

    /** Enables an app over the API, unchecked. */
    void enable(String tenant, String platform) throws IOException, InterruptedException {
        var answer = service.send(
                "PUT",
                "/tenants/" + tenant + "/mobile-apps/" + platform + "?verify=false",
                parameters(tenant, platform));
        if (answer.statusCode() != 201) {
            throw new IllegalStateException(answer.body());
        }
    }

    void simulated(String method, String path, String body) throws IOException, InterruptedException {
        var answer = HTTP.send(
                HttpRequest.newBuilder(URI.create(simulator.baseUrl() + "/sim/v1" + path))
                        .method(method, BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
        if (answer.statusCode() >= 300) {
            throw new IllegalStateException(answer.body());
        }
    }

    /** Gives a tenant two apps and three rooms, for {@link #PAGES} to show. */
    void showcase(String tenant) throws IOException, InterruptedException {
        enable(tenant, "WECOM");
        enable(tenant, "LARK");
        var now = Instant.now();
        incident(tenant, "INC-1", "Checkout fails", Severity.P1, now)
                .declared()
                .opened(Platform.LARK, "Marco Rossi", "No user has this address.");
        incident(tenant, "INC-2", "DNS", Severity.P2, now)
                .declared()
                .failed(Platform.WECOM, FailureReason.KEY_REJECTED, "The key was refused.", "40001");
        incident(tenant, "INC-3", "Slow", Severity.P3, now)
                .declared()
                .waits(Platform.LARK, ParkReason.THROTTLED, "Slowed down.");
        health(tenant, Platform.WECOM, AppHealthState.KEY_REJECTED, "Change the key.", "40001");
        health(tenant, Platform.LARK, AppHealthState.HEALTHY, "Opens rooms.", null);
    }

    /** What is told of one incident, record by record. */
    Incident incident(String tenant, String id, String title, Severity severity, Instant declaredAt) {
        return new Incident(tenant, id, title, severity, declaredAt.truncatedTo(ChronoUnit.MILLIS));
    }

    final class Incident {

        private final String tenant;
        private final String id;
        private final String title;
        private final Severity severity;
        private final Instant at;
        private @Nullable String note;

        private Incident(String tenant, String id, String title, Severity severity, Instant at) {
            this.tenant = tenant;
            this.id = id;
            this.title = title;
            this.severity = severity;
            this.at = at;
        }

        private IncidentDeclared declaration() {
            return IncidentDeclaration.of(tenant, id, title, severity, at)
                    .region("eu-1")
                    .service("checkout")
                    .impact("One order in four is lost.")
                    .responder("p-1", "陈静", Role.COMMANDER, "chen@example.com", "+8613800000001")
                    .build();
        }

        Incident declared() {
            return send(Topic.INCIDENT_DECLARED, tenant, declaration());
        }

        Incident updated(String note) {
            this.note = note;
            return send(
                    Topic.INCIDENT_UPDATED,
                    tenant,
                    new IncidentUpdated(tenant, id, null, null, null, note, List.of(), at.plusSeconds(120)));
        }

        Incident opened(Platform platform, String missingName, String missingDetail) {
            return send(
                    Topic.WAR_ROOM_OPENED,
                    tenant + "/" + id,
                    new WarRoomOpened(
                            "opened-" + id,
                            tenant,
                            id,
                            platform,
                            "oc_" + id.toLowerCase(Locale.ROOT),
                            "[" + severity + "] " + title,
                            4L,
                            List.of(
                                    new RoomMember("p-1", "陈静", "ou_8f2a1", Role.COMMANDER),
                                    new RoomMember("p-2", "Amara Okafor", "ou_77c0e", Role.RESPONDER)),
                            List.of(new MissingMember("p-3", missingName, MissingReason.NOT_FOUND, missingDetail)),
                            at,
                            at.plusMillis(1840),
                            List.of(),
                            messages(missingName, missingDetail),
                            1,
                            null,
                            null,
                            null));
        }

        /** The first message, and what became of the update when there was one. */
        private List<RoomMessage> messages(String missingName, String missingDetail) {
            var text = "**%s**\n**Severity**: %s\n**In command**: 陈静\n**Missing**: %s: %s\n[Runbook](%s)"
                    .formatted(title, severity, missingName, missingDetail, "https://wiki.example.com/runbook?id=7");
            var first = new RoomMessage(
                    MessageKind.FIRST, MessageState.SENT, text, at.plusMillis(2100), "om_1", null, null, null);
            return note == null
                    ? List.of(first)
                    : List.of(
                            first,
                            new RoomMessage(
                                    MessageKind.UPDATE,
                                    MessageState.REFUSED,
                                    "**" + id + " updated**\n" + note,
                                    at.plusSeconds(121),
                                    null,
                                    "Lark refused the message: its content does not pass the audit.",
                                    "230028",
                                    "7F3C-0D1A-44E3"));
        }

        Incident failed(Platform platform, FailureReason reason, String detail, String code) {
            return send(
                    Topic.WAR_ROOM_FAILED,
                    tenant + "/" + id,
                    new WarRoomFailed(
                            "failed-" + id,
                            tenant,
                            id,
                            platform,
                            reason,
                            detail,
                            code,
                            "7F3C-0D1A-44E2",
                            2L,
                            List.of(),
                            at,
                            at.plusSeconds(600),
                            1,
                            false,
                            0));
        }

        Incident closed(Platform platform) {
            send(
                    Topic.INCIDENT_RESOLVED,
                    tenant,
                    new IncidentResolved(tenant, id, "A certificate had expired.", at.plusSeconds(3_000)));
            return send(
                    Topic.WAR_ROOM_CLOSED,
                    tenant + "/" + id,
                    new WarRoomClosed(
                            "closed-" + id,
                            tenant,
                            id,
                            platform,
                            "oc_" + id.toLowerCase(Locale.ROOT),
                            false,
                            at.plusSeconds(3_001),
                            new RoomMessage(
                                    MessageKind.RESOLUTION,
                                    MessageState.UNANSWERED,
                                    "**" + id + " resolved**\nA certificate had expired.",
                                    at.plusSeconds(3_001),
                                    null,
                                    "No answer came.",
                                    null,
                                    null),
                            1));
        }

        Incident waits(Platform platform, ParkReason reason, String detail) {
            return send(
                    Topic.INCIDENT_PARKED,
                    tenant + "/" + id,
                    new IncidentParked(
                            tenant,
                            id,
                            declaration(),
                            reason,
                            detail,
                            3,
                            at.plusSeconds(90),
                            at.plusSeconds(86_400),
                            platform,
                            3L,
                            false,
                            null,
                            List.of(),
                            null,
                            1));
        }

        private Incident send(Topic topic, String key, Object value) {
            ConsoleStage.this.send(topic, key, value);
            return this;
        }
    }

    /** What a worker says of an app that is enabled. */
    void health(String tenant, Platform platform, AppHealthState state, String detail, @Nullable String code) {
        send(
                Topic.APP_HEALTH,
                tenant + "/" + platform,
                new AppHealth(
                        tenant,
                        platform,
                        revision(tenant, platform),
                        state,
                        detail,
                        code,
                        Instant.now().truncatedTo(ChronoUnit.MILLIS)));
    }

    private long revision(String tenant, Platform platform) {
        return deployment
                .jdbi()
                .withHandle(handle -> handle.createQuery(
                                "SELECT revision FROM mobile_app WHERE tenant_id = :tenant AND platform = :platform")
                        .bind("tenant", tenant)
                        .bind("platform", platform.name())
                        .mapTo(Long.class)
                        .one());
    }

    private void send(Topic topic, String key, Object value) {
        try {
            kafka.send(topic.name(deployment.prefix()), key, value).get();
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException("writing to " + topic, e);
        }
    }

    @Override
    public void close() {
        deployment.close();
        issuer.close();
        simulator.close();
    }
}
