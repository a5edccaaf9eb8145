package io.warroom.config.access;

import io.warroom.config.http.WebAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/** The properties {@code warroom.access.*}; the defaults stand here, and what cannot be is refused by name. */
@ConfigurationProperties("warroom.access")
record AccessSettings(
        @DefaultValue Operator operator,
        @DefaultValue Jwt jwt,
        @DefaultValue Claims claims,
        @DefaultValue Metrics metrics,
        @DefaultValue Session session) {

    /**
     * The built-in operator; there is none unless one of the three is given.
     *
     * @param password from the environment, never from a command line
     * @param passwordFile a file that holds the password alone
     * @param passwordHash bcrypt
     */
    record Operator(
            @DefaultValue("operator") String name,
            @DefaultValue("") String password,
            @DefaultValue("") String passwordFile,
            @DefaultValue("") String passwordHash) {

        private static final int SHORTEST = 12;

        Operator {
            require(
                    name.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,63}"),
                    "warroom.access.operator.name must be 1 to 64 letters, digits, '.', '_' or '-'");
            long given = List.of(password, passwordFile, passwordHash).stream()
                    .filter(one -> !one.isEmpty())
                    .count();
            require(
                    given <= 1,
                    "warroom.access.operator.password, .password-file and .password-hash must not be given together: choose one");
            require(
                    password.isEmpty() || password.length() >= SHORTEST,
                    "warroom.access.operator.password must be at least 12 characters");
            require(
                    passwordHash.isEmpty() || passwordHash.matches("\\$2[aby]\\$(1[0-6])\\$[./A-Za-z0-9]{53}"),
                    "warroom.access.operator.password-hash must be a bcrypt hash of strength 10 to 16, such as $2y$12$...");
        }

        boolean given() {
            return !(password.isEmpty() && passwordFile.isEmpty() && passwordHash.isEmpty());
        }

        /** The password in the clear; empty when only its hash is known. */
        String clearPassword() {
            if (passwordFile.isEmpty()) {
                return password;
            }
            try {
                var read = Files.readString(Path.of(passwordFile)).strip();
                require(
                        read.length() >= SHORTEST && read.lines().count() == 1,
                        "warroom.access.operator.password-file: the file " + passwordFile
                                + " must hold one line of at least 12 characters");
                return read;
            } catch (IOException | InvalidPathException e) {
                throw new UnusableAccessException(
                        "warroom.access.operator.password-file: the file " + passwordFile + " cannot be read.");
            }
        }

        @Override
        public String toString() {
            return "Operator[name=" + name + ", given=" + given() + "]";
        }
    }

    /**
     * Access tokens of an OIDC issuer; none are taken unless the issuer is given.
     *
     * @param issuerUri the issuer, as the claim {@code iss} names it
     * @param jwkSetUri its keys; found by the issuer's discovery document when empty
     * @param audience what one of the claim {@code aud} must be: this service
     */
    record Jwt(
            @DefaultValue("") String issuerUri,
            @DefaultValue("") String jwkSetUri,
            @DefaultValue("") String audience) {

        Jwt {
            require(
                    issuerUri.isEmpty() || WebAddress.isOne(issuerUri),
                    "warroom.access.jwt.issuer-uri must be an http or https URL, such as https://id.example.com/realms/ops");
            require(
                    jwkSetUri.isEmpty() || WebAddress.isOne(jwkSetUri),
                    "warroom.access.jwt.jwk-set-uri must be an http or https URL");
            require(
                    !issuerUri.isEmpty() || (jwkSetUri.isEmpty() && audience.isEmpty()),
                    "warroom.access.jwt.issuer-uri must be given where jwk-set-uri or audience is");
            require(
                    issuerUri.isEmpty() || !audience.isEmpty(),
                    "warroom.access.jwt.audience must be given where issuer-uri is, or every token of that issuer would be taken");
        }

        boolean given() {
            return !issuerUri.isEmpty();
        }
    }

    /**
     * Where an access token or an id token says who somebody is here; dots lead into nested claims.
     *
     * @param roles claim that holds OPERATOR, TENANT_ADMIN or VIEWER, one or several
     * @param tenants claim that holds the tenants' ids, one or several
     */
    record Claims(
            @DefaultValue("roles") String roles,
            @DefaultValue("tenants") String tenants) {

        Claims {
            require(!roles.isBlank(), "warroom.access.claims.roles must be the name of a claim");
            require(!tenants.isBlank(), "warroom.access.claims.tenants must be the name of a claim");
        }
    }

    /**
     * The bearer token that reads {@code /actuator/prometheus} and nothing else; there is none unless one of the two is given.
     *
     * @param token from the environment, never from a command line: at least 32 characters
     * @param tokenFile a file that holds the token alone
     */
    record Metrics(
            @DefaultValue("") String token,
            @DefaultValue("") String tokenFile) {

        private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9._~+/-]{32,512}=*");

        Metrics {
            require(
                    token.isEmpty() || tokenFile.isEmpty(),
                    "warroom.access.metrics.token and .token-file must not be given together: choose one");
            require(
                    token.isEmpty() || TOKEN.matcher(token).matches(),
                    "warroom.access.metrics.token must be at least 32 letters, digits, '.', '_', '~', '+', '/' or '-'");
        }

        /** The token; empty when there is none. */
        Optional<MetricsToken> read() {
            if (tokenFile.isEmpty()) {
                return token.isEmpty() ? Optional.empty() : Optional.of(new MetricsToken(token));
            }
            try {
                var read = Files.readString(Path.of(tokenFile)).strip();
                require(
                        TOKEN.matcher(read).matches(),
                        "warroom.access.metrics.token-file: the file " + tokenFile
                                + " must hold one line of at least 32 letters, digits, '.', '_', '~', '+', '/' or '-'");
                return Optional.of(new MetricsToken(read));
            } catch (IOException | InvalidPathException e) {
                throw new UnusableAccessException(
                        "warroom.access.metrics.token-file: the file " + tokenFile + " cannot be read.");
            }
        }

        @Override
        public String toString() {
            return "Metrics[given=" + !(token.isEmpty() && tokenFile.isEmpty()) + "]";
        }
    }

    /** @param maxAge a session ends after this time, however often it is used: 5 minutes to 30 days */
    record Session(@DefaultValue("12h") Duration maxAge) {

        Session {
            require(
                    maxAge.compareTo(Duration.ofMinutes(5)) >= 0 && maxAge.compareTo(Duration.ofDays(30)) <= 0,
                    "warroom.access.session.max-age must be 5m to 30d");
        }
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new UnusableAccessException(otherwise + ".");
        }
    }
}
