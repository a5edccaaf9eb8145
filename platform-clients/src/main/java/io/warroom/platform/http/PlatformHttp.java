package io.warroom.platform.http;

import io.warroom.platform.App;
import io.warroom.platform.Failure;
import io.warroom.platform.Outcome;
import io.warroom.platform.PlatformSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import javax.net.ssl.SSLHandshakeException;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.ConnectionRequestTimeoutException;
import org.apache.hc.core5.http.io.SocketConfig;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.http.client.ClientHttpResponse;
import org.springframework.http.client.HttpComponentsClientHttpRequestFactory;
import org.springframework.web.client.ResourceAccessException;
import org.springframework.web.client.RestClient;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Blocking HTTP/1.1 for virtual threads over one explicit pool: no redirects, no automatic retries, answers capped. Safe for
 * many threads.
 */
public final class PlatformHttp implements AutoCloseable {

    private final CloseableHttpClient client;
    private final RestClient rest;
    /** Fields in one order: a repeated create must carry the very same body. */
    private final JsonMapper json = JsonMapper.builder()
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .build();

    private final List<String> allowed;

    public PlatformHttp(PlatformSettings settings) {
        allowed = settings.allowedBaseUrls();
        Timeout connect = Timeout.of(settings.connectTimeout());
        Timeout response = Timeout.of(settings.responseTimeout());
        var pool = PoolingHttpClientConnectionManagerBuilder.create()
                .setMaxConnPerRoute(settings.maxConnectionsPerRoute())
                .setMaxConnTotal(settings.maxConnections())
                .setDnsResolver(new PublicAddresses(
                        allowed.stream().map(url -> URI.create(url).getHost()).collect(Collectors.toSet())))
                .setDefaultSocketConfig(
                        SocketConfig.custom().setSoTimeout(response).build())
                .setDefaultConnectionConfig(ConnectionConfig.custom()
                        .setConnectTimeout(connect)
                        .setSocketTimeout(response)
                        .setValidateAfterInactivity(TimeValue.ofSeconds(1))
                        .setTimeToLive(TimeValue.ofMinutes(5))
                        .build())
                .build();
        client = HttpClients.custom()
                .setConnectionManager(pool)
                .setDefaultRequestConfig(RequestConfig.custom()
                        .setConnectionRequestTimeout(connect)
                        .setResponseTimeout(response)
                        .build())
                .disableRedirectHandling()
                .disableAutomaticRetries()
                .disableCookieManagement()
                .addExecInterceptorFirst("answer-size", new AnswerSize(settings.maxResponseBytes()))
                .build();
        rest = RestClient.builder()
                .requestFactory(new HttpComponentsClientHttpRequestFactory(client))
                .build();
    }

    /**
     * The base URL of the app's endpoint.
     *
     * @param named base URLs by region name
     */
    public Outcome<String> base(App app, Map<String, String> named) {
        String region = named.get(app.endpoint());
        if (region != null) {
            return new Outcome.Done<>(region);
        }
        if (allowed.contains(app.endpoint())) {
            return new Outcome.Done<>(app.endpoint().replaceAll("/+$", ""));
        }
        return new Outcome.Refused<>(new Failure(
                Failure.Kind.MISCONFIGURED,
                "The app's endpoint is neither a known region nor on the list of allowed base URLs. Choose a region, or"
                        + " have the operator allow the URL.",
                null,
                null));
    }

    /** Sends a GET. */
    public Reply get(String url) {
        return exchange(HttpMethod.GET, url, Map.of(), null);
    }

    /** Sends a POST with a JSON body. */
    public Reply post(String url, Map<String, String> headers, Object body) {
        return exchange(HttpMethod.POST, url, headers, json.writeValueAsBytes(body));
    }

    /** JSON as text, for the platforms that want JSON inside JSON. */
    public String write(Object value) {
        return json.writeValueAsString(value);
    }

    private Reply exchange(HttpMethod method, String url, Map<String, String> headers, byte @Nullable [] body) {
        try {
            var request = rest.method(method).uri(URI.create(url)).headers(all -> headers.forEach(all::set));
            if (body != null) {
                request.contentType(new MediaType("application", "json", StandardCharsets.UTF_8))
                        .body(body);
            }
            return request.exchangeForRequiredValue((sent, answer) -> read(answer));
        } catch (ResourceAccessException e) {
            return withoutAnswer(e.getCause());
        } catch (UncheckedIOException e) {
            return withoutAnswer(e.getCause());
        }
    }

    private Reply read(ClientHttpResponse answer) throws IOException {
        int status = answer.getStatusCode().value();
        if (status >= 300 && status < 400) {
            return new Reply.Lost("The platform's address answered with a redirect (HTTP " + status
                    + "), which is not followed. Check the endpoint and any proxy in between.");
        }
        MediaType type = answer.getHeaders().getContentType();
        if (type == null || !type.getSubtype().endsWith("json")) {
            return new Reply.Lost("What answered is not the platform's interface: HTTP " + status
                    + " without JSON. Check the endpoint and any proxy in between.");
        }
        JsonNode body;
        try {
            body = json.readTree(answer.getBody().readAllBytes());
        } catch (JacksonException e) {
            // The parser's message quotes the body, which may hold a token.
            return new Reply.Lost("The platform's answer is broken JSON (HTTP " + status + ").");
        }
        Map<String, String> headers = new HashMap<>();
        answer.getHeaders().forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values.getFirst()));
        return new Reply.Answer(status, body, Map.copyOf(headers));
    }

    private static Reply withoutAnswer(@Nullable Throwable cause) {
        return switch (cause) {
            case UnknownHostException e ->
                new Reply.NotReached("The platform's address could not be resolved to an allowed one.");
            case ConnectTimeoutException e -> new Reply.NotReached("The platform did not accept a connection in time.");
            case ConnectException e -> new Reply.NotReached("The platform refused the connection.");
            case NoRouteToHostException e -> new Reply.NotReached("There is no route to the platform.");
            case ConnectionRequestTimeoutException e ->
                new Reply.NotReached("No connection to the platform became free in time.");
            case SSLHandshakeException e -> new Reply.NotReached("The platform's certificate was not accepted.");
            case AnswerSize.TooLarge e ->
                new Reply.Lost("The platform's answer is larger than allowed and was thrown away.");
            case null, default -> new Reply.Lost("The request left and no whole answer came.");
        };
    }

    @Override
    public void close() {
        client.close(CloseMode.GRACEFUL);
    }
}
