package io.warroom.config.access;

import io.warroom.config.http.WebAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/** The properties {@code warroom.access.*}; the defaults stand here, and what cannot be is refused by name. */
@ConfigurationProperties("warroom.access")
record AccessSettings(
        @DefaultValue Operator operator,
        @DefaultValue Jwt jwt,
        @DefaultValue Claims claims) {

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

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new UnusableAccessException(otherwise + ".");
        }
    }
}
