package io.warroom.config.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class AccessSettingsTest {

    private static final String HASH = "$2a$12$" + "a".repeat(53);

    private static final String METRICS_TOKEN = "0123456789abcdef0123456789abcdef";

    @TempDir
    Path folder;

    @Test
    void theDefaultsAreTheOnesOfTheReadmeAndLetNobodyIn() {
        var settings = bound(Map.of());

        assertThat(settings)
                .isEqualTo(new AccessSettings(
                        new AccessSettings.Operator("operator", "", "", ""),
                        new AccessSettings.Jwt("", "", ""),
                        new AccessSettings.Claims("roles", "tenants"),
                        new AccessSettings.Metrics("", ""),
                        new AccessSettings.Session(Duration.ofHours(12))));
        assertThat(settings.operator().given()).isFalse();
        assertThat(settings.jwt().given()).isFalse();
    }

    @Test
    void everyPropertyIsRead() {
        assertThat(bound(Map.of(
                        "warroom.access.operator.name", "root",
                        "warroom.access.operator.password-hash", HASH,
                        "warroom.access.jwt.issuer-uri", "https://id.example.com",
                        "warroom.access.jwt.jwk-set-uri", "https://id.example.com/keys",
                        "warroom.access.jwt.audience", "warroom",
                        "warroom.access.claims.roles", "realm_access.roles",
                        "warroom.access.claims.tenants", "companies",
                        "warroom.access.metrics.token", METRICS_TOKEN,
                        "warroom.access.session.max-age", "8h")))
                .isEqualTo(new AccessSettings(
                        new AccessSettings.Operator("root", "", "", HASH),
                        new AccessSettings.Jwt("https://id.example.com", "https://id.example.com/keys", "warroom"),
                        new AccessSettings.Claims("realm_access.roles", "companies"),
                        new AccessSettings.Metrics(METRICS_TOKEN, ""),
                        new AccessSettings.Session(Duration.ofHours(8))));
    }

    @ParameterizedTest
    @CsvSource({
        "warroom.access.operator.name, a b",
        "warroom.access.operator.password, too-short",
        "warroom.access.operator.password-hash, plain-text-password",
        "warroom.access.operator.password-hash, $2a$04$aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "warroom.access.jwt.issuer-uri, localhost:8443",
        "warroom.access.jwt.jwk-set-uri, file:///etc/passwd",
        "warroom.access.claims.roles, ' '",
        "warroom.access.claims.tenants, ' '",
        "warroom.access.metrics.token, short",
        "warroom.access.session.max-age, 1m"
    })
    void aValueThatCannotBeIsRefusedByTheNameOfItsProperty(String property, String value) {
        assertThatThrownBy(() -> bound(Map.of(property, value)))
                .hasRootCauseInstanceOf(UnusableAccessException.class)
                .rootCause()
                .hasMessageStartingWith(property + " must be ")
                .hasMessageNotContaining(value.isBlank() ? "\n" : value);
    }

    @Test
    void anIssuerWithoutAnAudienceIsRefused() {
        assertThatThrownBy(() -> bound(Map.of("warroom.access.jwt.issuer-uri", "https://id.example.com")))
                .rootCause()
                .hasMessageStartingWith("warroom.access.jwt.audience must be given");
    }

    @Test
    void twoPasswordsAreRefused() {
        assertThatThrownBy(() -> bound(Map.of(
                        "warroom.access.operator.password",
                        "long-enough-4711",
                        "warroom.access.operator.password-hash",
                        HASH)))
                .rootCause()
                .hasMessageContaining("must not be given together");
    }

    @Test
    void aPasswordComesFromItsFileWithoutTheLineBreak() throws Exception {
        var file = Files.writeString(folder.resolve("password"), "long-enough-4711\n");

        assertThat(new AccessSettings.Operator("operator", "", file.toString(), "").clearPassword())
                .isEqualTo("long-enough-4711");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "short", "first-line-long\nsecond-line-long"})
    void aPasswordFileThatHoldsNoneIsRefusedWithoutShowingIt(String content) throws Exception {
        var file = Files.writeString(folder.resolve("password"), content);

        assertThatThrownBy(() -> new AccessSettings.Operator("operator", "", file.toString(), "").clearPassword())
                .isInstanceOf(UnusableAccessException.class)
                .hasMessageContaining(file.toString())
                .hasMessageNotContaining("second-line-long");
    }

    @Test
    void aPasswordFileThatIsNotThereIsNamed() {
        assertThatThrownBy(() -> new AccessSettings.Operator("operator", "", "/no/such/file", "").clearPassword())
                .isInstanceOf(UnusableAccessException.class)
                .hasMessageContaining("/no/such/file");
    }

    @Test
    void thePasswordIsInNoText() {
        assertThat(new AccessSettings.Operator("operator", "long-enough-4711", "", "").toString())
                .doesNotContain("4711");
    }

    @Test
    void aMetricsTokenComesFromItsFileAndIsInNoText() throws Exception {
        var file = Files.writeString(folder.resolve("metrics-token"), METRICS_TOKEN + "\n");

        var read = new AccessSettings.Metrics("", file.toString()).read().orElseThrow();

        assertThat(read.is(METRICS_TOKEN)).isTrue();
        assertThat(read.is(METRICS_TOKEN + "x")).isFalse();
        assertThat(new AccessSettings.Metrics(METRICS_TOKEN, "").toString()).doesNotContain(METRICS_TOKEN);
    }

    private static AccessSettings bound(Map<String, String> properties) {
        return new Binder(new MapConfigurationPropertySource(properties))
                .bindOrCreate("warroom.access", AccessSettings.class);
    }
}
