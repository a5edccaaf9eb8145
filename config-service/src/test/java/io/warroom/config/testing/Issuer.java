package io.warroom.config.testing;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

/** An OIDC issuer on 127.0.0.1 that signs whatever a test wants. Safe for concurrent use. */
public final class Issuer implements AutoCloseable {

    /** What its good tokens are meant for. */
    public static final String AUDIENCE = "warroom-api";

    /** The client that its sign-in page knows. */
    public static final String CLIENT = "warroom-console";

    private final HttpServer server;
    private final RSAKey key;
    private final Map<String, JWTClaimsSet> codes = new ConcurrentHashMap<>();
    private final AtomicInteger keyFetches = new AtomicInteger();

    private Issuer(HttpServer server, RSAKey key) {
        this.server = server;
        this.key = key;
    }

    /** Listens on a free port. */
    public static Issuer start() throws IOException, JOSEException {
        var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        var issuer = new Issuer(server, newKey("key-1"));
        server.createContext(
                "/.well-known/openid-configuration",
                exchange ->
                        answer(exchange, "{\"issuer\":\"%1$s\",\"jwks_uri\":\"%1$s/keys\"}".formatted(issuer.uri())));
        server.createContext("/keys", exchange -> {
            issuer.keyFetches.incrementAndGet();
            answer(exchange, new JWKSet(issuer.key.toPublicJWK()).toString());
        });
        server.createContext("/token", issuer::exchangeCode);
        server.start();
        return issuer;
    }

    /** A key like its own, which nobody should trust. */
    public static RSAKey newKey(String id) throws JOSEException {
        return new RSAKeyGenerator(2048).keyID(id).generate();
    }

    /** Where it is, and the claim {@code iss} of its tokens. */
    public String uri() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** Its own key. */
    public RSAKey key() {
        return key;
    }

    /** How often its keys were asked for. */
    public int keyFetches() {
        return keyFetches.get();
    }

    /** What somebody with a role in some tenants sends as {@code Authorization}. */
    public String bearer(String subject, String role, String... tenants) throws JOSEException {
        return "Bearer "
                + signed(key, JWSAlgorithm.RS256, claims(subject, role, tenants).build());
    }

    /** The claims of a good token. */
    public JWTClaimsSet.Builder claims(String subject, String role, String... tenants) {
        var now = Instant.now();
        return new JWTClaimsSet.Builder()
                .issuer(uri())
                .audience(AUDIENCE)
                .subject(subject)
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plusSeconds(600)))
                .claim("roles", List.of(role))
                .claim("tenants", List.of(tenants));
    }

    /** A token. */
    public static String signed(RSAKey key, JWSAlgorithm algorithm, JWTClaimsSet claims) throws JOSEException {
        return signed(key, algorithm, claims, header -> header);
    }

    /** A token with more in its header. */
    public static String signed(
            RSAKey key, JWSAlgorithm algorithm, JWTClaimsSet claims, UnaryOperator<JWSHeader.Builder> more)
            throws JOSEException {
        var header = more.apply(
                        new JWSHeader.Builder(algorithm).keyID(key.getKeyID()).type(JOSEObjectType.JWT))
                .build();
        var token = new SignedJWT(header, claims);
        token.sign(new RSASSASigner(key));
        return token.serialize();
    }

    /** Lets a code of the sign-in page be exchanged, once, for an id token. */
    public void permit(String code, JWTClaimsSet idToken) {
        codes.put(code, idToken);
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private void exchangeCode(HttpExchange exchange) throws IOException {
        var form = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        var code = form.replaceAll("(^|.*&)code=([^&]*).*", "$2");
        var claims = codes.remove(code);
        if (claims == null) {
            exchange.sendResponseHeaders(400, -1);
            exchange.close();
            return;
        }
        try {
            answer(
                    exchange,
                    "{\"access_token\":\"opaque-access-of-%s\",\"token_type\":\"Bearer\",\"expires_in\":300,\"id_token\":\"%s\"}"
                            .formatted(code, signed(key, JWSAlgorithm.RS256, claims)));
        } catch (JOSEException e) {
            throw new IOException(e);
        }
    }

    private static void answer(HttpExchange exchange, String json) throws IOException {
        var bytes = json.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(200, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }
}
