package io.warroom.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IncidentFittingTest {

    private static final Instant NOON = Instant.parse("2026-11-30T12:00:00Z");

    @BeforeAll
    static void trust() {
        EventClasses.trust();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\u0000b", "a\nb", "a\r\nb", "a\u202Eb", "a\u2066b", "a\uD800b", "\ta\tb"})
    void controlCharactersOfATitleBecomeBlanks(String title) {
        var fitted = IncidentLimits.fitted(incident().setTitle(title).build(), NOON);

        assertThat(fitted.event().getTitle()).matches("a {1,2}b");
        assertThat(fitted.changes()).extracting(IncidentLimits.Violation::field).containsExactly("title");
        assertThat(IncidentLimits.violations(fitted.event())).isEmpty();
    }

    @Test
    void lineBreaksStayWhereAFieldMayHaveLines() {
        var fitted = IncidentLimits.fitted(
                incident().setDescription("one\ntwo\u202E").setImpact("a\tb").build(), NOON);

        assertThat(fitted.event().getDescription()).isEqualTo("one\ntwo");
        assertThat(fitted.event().getImpact()).isEqualTo("a\tb");
    }

    @Test
    void aBlankTitleIsTheIncidentsId() {
        assertThat(IncidentLimits.fitted(incident().setTitle(" \n").build(), NOON)
                        .event()
                        .getTitle())
                .isEqualTo("INC-1");
    }

    @Test
    void whatIsTooLongIsCutAndEndsInAMark() {
        var fitted = IncidentLimits.fitted(
                incident()
                        .setTitle("\uD83D\uDE00".repeat(256))
                        .setImpact("x".repeat(1001))
                        .build(),
                NOON);

        assertThat(fitted.event().getTitle()).endsWith("\u2026");
        assertThat(fitted.event().getImpact()).hasSize(1000).endsWith("\u2026");
        assertThat(IncidentLimits.violations(fitted.event())).isEmpty();
        assertThat(fitted.changes()).extracting(IncidentLimits.Violation::field).containsExactly("title", "impact");
    }

    @Test
    void t4ALinkThatIsNoAddressIsLeftOutAndNamed() {
        var fitted = IncidentLimits.fitted(
                incident()
                        .setLinks(List.of(
                                new Link("dashboard", "http://grafana_main:3000/d/1"),
                                new Link("status", "HTTPS://s.example/1"),
                                new Link("script", "javascript:alert(1)")))
                        .build(),
                NOON);

        assertThat(fitted.event().getLinks()).containsExactly(new Link("status", "HTTPS://s.example/1"));
        assertThat(fitted.changes())
                .extracting(IncidentLimits.Violation::field)
                .containsExactly("links[0].url", "links[2].url");
    }

    @Test
    void aMalformedContactIsLeftOutAndItsPersonStays() {
        var fitted = IncidentLimits.fitted(
                incident()
                        .setResponders(List.of(
                                new Responder("a", "Ann", "ann@example.com", "138", null, Role.COMMANDER),
                                new Responder("b", "Bob", "nobody", "+86 138-0000 0000", "u/1", Role.RESPONDER),
                                new Responder("", "Cid", null, null, null, Role.RESPONDER),
                                new Responder("b", "Twice", null, null, null, Role.RESPONDER),
                                new Responder("e", " ", "", "", null, Role.RESPONDER)))
                        .build(),
                NOON);

        assertThat(fitted.event().getResponders())
                .containsExactly(
                        new Responder("a", "Ann", "ann@example.com", null, null, Role.COMMANDER),
                        new Responder("b", "Bob", null, "+8613800000000", null, Role.RESPONDER),
                        new Responder("e", "e", null, null, null, Role.RESPONDER));
        assertThat(fitted.changes())
                .extracting(IncidentLimits.Violation::field)
                .containsExactly(
                        "responders[0].mobile",
                        "responders[1].email",
                        "responders[1].platformUserId",
                        "responders[2].personId",
                        "responders[3].personId");
        assertThat(IncidentLimits.violations(fitted.event())).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "1764504000, 2025-11-30T12:00:00Z",
        "1764504000000, 2025-11-30T12:00:00Z",
        "1764504000000000, 2025-11-30T12:00:00Z",
        "1764504000000000000, 2025-11-30T12:00:00Z",
        "0, 2026-11-30T12:00:00Z",
        "-1, 2026-11-30T12:00:00Z",
        "-9223372036854775808, 2026-11-30T12:00:00Z",
        "9223372036854775807, 2026-11-30T12:00:00Z"
    })
    void aTimeInAnotherUnitIsUnderstoodAndAnImplausibleOneIsReplaced(long number, Instant expected) {
        var fitted = IncidentLimits.fitted(
                incident().setDeclaredAt(Instant.ofEpochMilli(number)).build(), NOON);

        assertThat(fitted.event().getDeclaredAt()).isEqualTo(expected);
    }

    @Test
    void anUnknownChatIsTheTenantsOwnChoice() {
        assertThat(IncidentLimits.fitted(incident().setChat(ChatChoice.UNKNOWN).build(), NOON)
                        .event()
                        .getChat())
                .isNull();
    }

    @Test
    void aGoodIncidentIsNotChanged() {
        var incident = incident()
                .setDescription("one\ntwo")
                .setLinks(List.of(new Link("status", "https://s.example/1")))
                .setResponders(
                        List.of(new Responder("a", "Ann", "ann@example.com", "+8613800000000", "u1", Role.COMMANDER)))
                .build();

        var fitted = IncidentLimits.fitted(incident, NOON);

        assertThat(fitted.event()).isEqualTo(incident);
        assertThat(fitted.changes()).isEmpty();
    }

    @Test
    void onlyIdsCanStayWrong() {
        var fitted = IncidentLimits.fitted(
                incident().setTenantId("../a").setIncidentId("a\nb").build(), NOON);

        assertThat(IncidentLimits.violations(fitted.event()))
                .extracting(IncidentLimits.Violation::field)
                .containsExactly("tenantId", "incidentId");
    }

    @Test
    void updatesAndResolutionsAreFittedToo() {
        var update = IncidentLimits.fitted(
                IncidentUpdated.newBuilder()
                        .setTenantId("acme")
                        .setIncidentId("INC-1")
                        .setTitle("x".repeat(256))
                        .setNote("a\u0000b")
                        .setUpdatedAt(NOON)
                        .build(),
                NOON);
        var resolution = IncidentLimits.fitted(new IncidentResolved("acme", "INC-1", "a\u202Eb\nc", NOON), NOON);

        assertThat(IncidentLimits.violations(update.event())).isEmpty();
        assertThat(update.event().getNote()).isEqualTo("a b");
        assertThat(resolution.event().getSummary()).isEqualTo("a b\nc");
    }

    private static IncidentDeclared.Builder incident() {
        return IncidentDeclared.newBuilder()
                .setTenantId("acme")
                .setIncidentId("INC-1")
                .setTitle("down")
                .setSeverity(Severity.P1)
                .setDeclaredAt(NOON);
    }
}
