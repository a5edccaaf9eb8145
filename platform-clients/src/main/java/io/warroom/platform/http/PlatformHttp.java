package io.warroom.platform.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.warroom.platform.App;
import io.warroom.platform.Failure;
import io.warroom.platform.Outcome;
import io.warroom.platform.PlatformSettings;
import io.warroom.platform.Secret;
import io.warroom.platform.pace.Pace;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import javax.net.ssl.SSLHandshakeException;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ConnectionRequestTimeoutException;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.NoHttpResponseException;
import org.apache.hc.core5.http.io.SocketConfig;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.message.BasicClassicHttpRequest;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;
import org.springframework.core.convert.support.DefaultConversionService;
import org.springframework.web.service.invoker.HttpRequestValues;
import org.springframework.web.service.invoker.HttpServiceProxyFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;

/**
 * Blocking HTTP/1.1 for virtual threads over one explicit pool: no redirects, no automatic retries, answers capped, every call
 * ended at a deadline. Prints no token, secret, query or body at any log level. Safe for many threads.
 */
public final class PlatformHttp implements AutoCloseable {

    private final CloseableHttpClient client;
    private final ExecutorService calls = Executors.newVirtualThreadPerTaskExecutor();
    private final Duration callTimeout;
    /** Fields in one order, that of their names: a repeated create must carry the very same body, also after an upgrade. */
    private final JsonMapper json = JsonMapper.builder()
            .enable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
            .disable(MapperFeature.SORT_CREATOR_PROPERTIES_FIRST)
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .addModule(new SimpleModule().addSerializer(Secret.class, new SecretSerializer()))
            .build();

    /** The operator's own base URLs, as they are written in an app's endpoint, to what goes before a call's path. */
    private final Map<String, String> allowed;

    private final Map<String, Site> sites = new ConcurrentHashMap<>();

    public PlatformHttp(PlatformSettings settings) {
        allowed = settings.allowedBaseUrls().stream()
                .collect(Collectors.toMap(Function.identity(), url -> url.replaceAll("/+$", ""), (one, same) -> one));
        callTimeout = settings.callTimeout();
        Timeout connect = Timeout.of(settings.connectTimeout());
        Timeout response = Timeout.of(settings.responseTimeout());
        var pool = PoolingHttpClientConnectionManagerBuilder.create()
                .setConnectionFactory(QuietConnection.FACTORY)
                .setMaxConnPerRoute(settings.maxConnectionsPerRoute())
                .setMaxConnTotal(settings.maxConnections())
                .setDnsResolver(new PublicAddresses(allowed.keySet().stream()
                        .map(url -> URI.create(url).getHost())
                        .collect(Collectors.toSet())))
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
                .setRequestExecutor(new LatePath())
                .setDefaultRequestConfig(RequestConfig.custom()
                        .setConnectionRequestTimeout(connect)
                        .setResponseTimeout(response)
                        .build())
                .disableRedirectHandling()
                .disableAutomaticRetries()
                .disableCookieManagement()
                .addExecInterceptorFirst("answer-size", new AnswerSize(settings.maxResponseBytes()))
                .build();
    }

    /**
     * The base URL of the app's endpoint.
     *
     * @param named base URLs by region name
     */
    public Outcome<String> base(App app, Map<String, String> named) {
        String base = named.getOrDefault(app.endpoint(), allowed.get(app.endpoint()));
        if (base != null) {
            return new Outcome.Done<>(base);
        }
        return new Outcome.Refused<>(new Failure(
                Failure.Kind.MISCONFIGURED,
                "The app's endpoint is neither a known region nor on the list of allowed base URLs. Choose a region, or"
                        + " have the operator allow the URL.",
                null,
                null));
    }

    /**
     * The client of a platform's HTTP interface, whose methods take an {@link Access} first and return a {@link Reply}.
     *
     * @param token puts an app's token into a request
     * @param pace that each app keeps with each function
     */
    public <A> A client(Class<A> platform, BiConsumer<HttpRequestValues.Builder, String> token, Pace pace) {
        return HttpServiceProxyFactory.builderFor(new ReplyAdapter(this::exchange, pace))
                .conversionService(new DefaultConversionService())
                .customArgumentResolver(new SecretArguments(token))
                .build()
                .createClient(platform);
    }

    /** JSON as text, for the platforms that want JSON inside JSON. */
    public String write(Object value) {
        return json.writeValueAsString(value);
    }

    /**
     * Runs the call on a thread of its own, so that the caller gets away at the deadline or when it is interrupted, wherever the
     * call stands: resolving a name, connecting, or reading an answer that comes a byte a second.
     */
    private Reply exchange(HttpRequestValues values) {
        if (Thread.currentThread().isInterrupted()) {
            return new Reply.NotReached("The call was interrupted before it began.");
        }
        Site site = sites.computeIfAbsent(SecretArguments.base(values), Site::of);
        var request = new BasicClassicHttpRequest(String.valueOf(values.getHttpMethod()), site.host(), "/");
        values.getHeaders().forEach((name, all) -> all.forEach(value -> request.addHeader(name, value)));
        if (values.getBodyValue() != null) {
            request.setEntity(
                    new ByteArrayEntity(json.writeValueAsBytes(values.getBodyValue()), ContentType.APPLICATION_JSON));
        }
        Future<Reply> reply = calls.submit(() -> send(site.host(), request, site.path() + pathAndQuery(values)));
        try {
            return reply.get(callTimeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            reply.cancel(true);
            Thread.currentThread().interrupt();
            return new Reply.Lost("The call was interrupted before its whole answer came.");
        } catch (TimeoutException e) {
            reply.cancel(true);
            return new Reply.Lost(
                    "The request left and no whole answer came within " + callTimeout.toSeconds() + " s.");
        } catch (ExecutionException e) {
            throw new IllegalStateException("calling a platform", e.getCause());
        }
    }

    /** With the variables in it; Spring's own factory of URIs parses the template anew for each call. */
    private static String pathAndQuery(HttpRequestValues values) {
        String template = String.valueOf(values.getUriTemplate());
        var expanded = new StringBuilder();
        int from = 0;
        for (int open = template.indexOf('{'); open >= 0; open = template.indexOf('{', from)) {
            int close = template.indexOf('}', open);
            String value = values.getUriVariables().getOrDefault(template.substring(open + 1, close), "");
            expanded.append(template, from, open).append(URLEncoder.encode(value, UTF_8));
            from = close + 1;
        }
        return expanded.append(template, from, template.length()).toString();
    }

    private Reply send(HttpHost host, ClassicHttpRequest request, String pathAndQuery) {
        HttpClientContext context = HttpClientContext.create();
        context.setAttribute(LatePath.ATTRIBUTE, pathAndQuery);
        try {
            return client.execute(host, request, context, this::read);
        } catch (IOException e) {
            return withoutAnswer(e);
        }
    }

    private Reply read(ClassicHttpResponse answer) throws IOException {
        int status = answer.getCode();
        if (status >= 300 && status < 400) {
            return new Reply.Lost("The platform's address answered with a redirect (HTTP " + status
                    + "), which is not followed. Check the endpoint and any proxy in between.");
        }
        HttpEntity entity = answer.getEntity();
        if (entity == null || !isJson(entity.getContentType())) {
            return new Reply.Lost("What answered is not the platform's interface: HTTP " + status
                    + " without JSON. Check the endpoint and any proxy in between.");
        }
        JsonNode body;
        try (InputStream content = entity.getContent()) {
            body = json.readTree(bytes(content, entity.getContentLength()));
        } catch (JacksonException e) {
            // The parser's message quotes the body, which may hold a token.
            return new Reply.Lost("The platform's answer is broken JSON (HTTP " + status + ").");
        }
        Map<String, String> headers = new HashMap<>();
        for (Header header : answer.getHeaders()) {
            headers.putIfAbsent(header.getName().toLowerCase(Locale.ROOT), header.getValue());
        }
        return new Reply.Answer(status, body, Collections.unmodifiableMap(headers));
    }

    /** By its length, unless it is not told: else an answer of a hundred bytes would be read into 16 KB of fresh memory. */
    private static byte[] bytes(InputStream content, long length) throws IOException {
        return length < 0
                ? content.readAllBytes()
                : content.readNBytes((int) Math.min(length, Integer.MAX_VALUE)); // beyond that AnswerSize ends it
    }

    /** Whatever parameters follow it: they are as often wrong as right. */
    private static boolean isJson(@Nullable String contentType) {
        return contentType != null
                && contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT).endsWith("json");
    }

    private static Reply withoutAnswer(IOException cause) {
        return switch (cause) {
            case UnknownHostException e ->
                new Reply.NotReached("The platform's address could not be resolved to an allowed one.");
            case ConnectTimeoutException e -> new Reply.NotReached("The platform did not accept a connection in time.");
            case ConnectException e -> new Reply.NotReached("The platform refused the connection.");
            case NoRouteToHostException e -> new Reply.NotReached("There is no route to the platform.");
            case ConnectionRequestTimeoutException e ->
                // Ours, not the platform's: nothing is known of how it fares.
                new Reply.Held(
                        "Too many calls to the platform are under way; none ended in time.", Duration.ofSeconds(1));
            case SSLHandshakeException e -> new Reply.NotReached("The platform's certificate was not accepted.");
            case AnswerSize.TooLarge e ->
                new Reply.Lost("The platform's answer is larger than allowed and was thrown away.");
            case SocketTimeoutException e ->
                new Reply.Lost("The request left, and the platform then sent nothing for too long.");
            case NoHttpResponseException e ->
                new Reply.Lost("The request left, and the platform closed the connection without an answer.");
            // The kind alone: the text of some quotes what was sent or came.
            default ->
                new Reply.Lost("The request left and no whole answer came ("
                        + cause.getClass().getSimpleName() + ").");
        };
    }

    private record Site(HttpHost host, String path) {
        static Site of(String base) {
            URI uri = URI.create(base);
            return new Site(HttpHost.create(uri), uri.getRawPath());
        }
    }

    @Override
    public void close() {
        client.close(CloseMode.GRACEFUL);
        calls.shutdownNow();
    }
}
