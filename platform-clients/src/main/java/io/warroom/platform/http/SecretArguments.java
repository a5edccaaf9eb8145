package io.warroom.platform.http;

import io.warroom.platform.Secret;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.service.invoker.HttpRequestValues;
import org.springframework.web.service.invoker.HttpServiceArgumentResolver;

/**
 * Puts base URL, token and secrets into a request. Spring's resolvers never see a secret: they write every value of a parameter,
 * a header or a path to the log at TRACE.
 *
 * @param token how the platform's token travels
 */
record SecretArguments(BiConsumer<HttpRequestValues.Builder, String> token) implements HttpServiceArgumentResolver {

    private static final String BASE = "warroom.base";
    private static final String TENANT = "warroom.tenant";

    @Override
    public boolean resolve(@Nullable Object argument, MethodParameter parameter, HttpRequestValues.Builder request) {
        if (argument instanceof Access(String base, Secret held, String tenantId)) {
            request.addAttribute(BASE, base);
            if (tenantId != null) {
                request.addAttribute(TENANT, tenantId);
            }
            if (held != null) {
                token.accept(request, held.reveal());
            }
            return true;
        }
        if (argument instanceof Secret secret) {
            RequestParam named = parameter.getParameterAnnotation(RequestParam.class);
            request.addRequestParameter(
                    Objects.requireNonNull(named, "a secret is a query parameter or a part of the body")
                            .value(),
                    secret.reveal());
            return true;
        }
        return false;
    }

    /** Whose calls of which function count together; empty where none are counted. */
    static Optional<String> line(HttpRequestValues values) {
        return Optional.ofNullable(values.getAttributes().get(TENANT))
                .map(tenant -> tenant + " " + values.getHttpMethod() + " " + values.getUriTemplate());
    }

    static String base(HttpRequestValues values) {
        return String.valueOf(values.getAttributes().get(BASE));
    }
}
