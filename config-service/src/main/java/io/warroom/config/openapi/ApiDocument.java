package io.warroom.config.openapi;

import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.PathItem;
import io.swagger.v3.oas.models.Paths;
import io.swagger.v3.oas.models.examples.Example;
import io.swagger.v3.oas.models.headers.Header;
import io.swagger.v3.oas.models.info.Info;
import io.swagger.v3.oas.models.info.License;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.parameters.Parameter;
import io.swagger.v3.oas.models.parameters.QueryParameter;
import io.swagger.v3.oas.models.parameters.RequestBody;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.responses.ApiResponses;
import io.swagger.v3.oas.models.security.SecurityRequirement;
import io.swagger.v3.oas.models.security.SecurityScheme;
import io.swagger.v3.oas.models.servers.Server;
import io.swagger.v3.oas.models.tags.Tag;
import io.warroom.config.openapi.ApiDescription.Route;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springdoc.core.customizers.OpenApiCustomizer;
import org.springframework.http.HttpStatus;

/**
 * Makes the document: to the routes and parameters that were found in the controllers it adds what the features tell, who is
 * admitted, and the refusals that any route may answer with. A route that nobody describes or that has no rule is a fault, as is
 * a description of none. Safe for concurrent use.
 */
final class ApiDocument implements OpenApiCustomizer {

    /** What any route, or any that takes a body, may answer with, and is therefore said once. */
    private static final Map<Integer, Set<String>> COMMON = common();

    private final List<Described> features;
    private final RouteCallers callers;

    ApiDocument(List<Described> features, RouteCallers callers) {
        this.features = List.copyOf(features);
        this.callers = callers;
    }

    private static Map<Integer, Set<String>> common() {
        var common = new TreeMap<Integer, Set<String>>();
        // Both know 400; a route that takes a body has the codes of both and says them itself.
        for (var source : List.of(KnownProblems.OF_EVERY_BODY, KnownProblems.OF_EVERY_ROUTE)) {
            source.forEach((status, codes) -> common.put(status, new TreeSet<>(codes)));
        }
        return common;
    }

    /** What stands in the document before any route is looked for. The address is relative: the document names no host. */
    static OpenAPI head() {
        return new OpenAPI()
                .info(new Info()
                        .title("Warroom config service")
                        .version("v1")
                        .license(new License().name("Apache-2.0").identifier("Apache-2.0")))
                .servers(List.of(new Server().url("/").description("This instance")));
    }

    @Override
    public void customise(OpenAPI document) {
        var api = new ApiDescription();
        features.forEach(feature -> feature.describe(api));
        var found = operations(document.getPaths());
        var paths = new Paths();
        var codes = new TreeMap<String, Integer>();
        for (var route : api.routes()) {
            var operation = found.remove(route.method + " " + route.pattern);
            if (operation == null) {
                throw new IllegalStateException("described, but no route: " + route.method + " " + route.pattern);
            }
            describe(operation, route, codes);
            paths.computeIfAbsent(route.pattern, _ -> new PathItem())
                    .operation(PathItem.HttpMethod.valueOf(route.method), operation);
        }
        if (!found.isEmpty()) {
            throw new IllegalStateException("not described: " + found.keySet());
        }
        document.setPaths(paths);
        document.getInfo().setDescription(words(codes.keySet()));
        document.setTags(api.topics().entrySet().stream()
                .map(topic -> new Tag().name(topic.getKey()).description(topic.getValue()))
                .toList());
        document.setComponents(components(api, codes));
    }

    private static Map<String, Operation> operations(Paths paths) {
        var found = new TreeMap<String, Operation>();
        paths.forEach((pattern, item) ->
                item.readOperationsMap().forEach((method, operation) -> found.put(method + " " + pattern, operation)));
        return found;
    }

    private void describe(Operation operation, Route route, Map<String, Integer> codes) {
        var admitted = callers.of(route.method, route.pattern)
                .orElseThrow(() ->
                        new IllegalStateException("has no rule in Routes: " + route.method + " " + route.pattern));
        var text = new ArrayList<>(route.words);
        text.add("**For**: " + admitted.stream().map(RouteCallers.Kind::words).collect(Collectors.joining(", ")) + ".");
        operation
                .tags(List.of(route.topic))
                .operationId(route.id)
                .summary(route.summary)
                .description(String.join("\n\n", text))
                .parameters(parameters(operation, route))
                .requestBody(body(route))
                .security(security(admitted))
                .responses(answers(route, codes));
        operation.addExtension(
                "x-roles", admitted.stream().map(RouteCallers.Kind::role).toList());
    }

    private static List<Parameter> parameters(Operation operation, Route route) {
        var all = new ArrayList<Parameter>();
        for (var parameter : operation.getParameters() == null ? List.<Parameter>of() : operation.getParameters()) {
            var shape = KnownParameters.ALL.get(parameter.getName());
            if (shape == null) {
                throw new IllegalStateException(
                        "nobody says what it may be: " + parameter.getName() + " of " + route.pattern);
            }
            parameter.schema(shape.schema()).description(shape.schema().getDescription());
            all.add(parameter);
        }
        for (var query : route.queries) {
            var parameter = new QueryParameter()
                    .name(query.name())
                    .required(false)
                    .description(query.shape().schema().getDescription())
                    .schema(
                            query.repeatable()
                                    ? Shape.list(query.shape()).schema()
                                    : query.shape().schema());
            all.add(query.repeatable() ? parameter.explode(true) : parameter);
        }
        return all;
    }

    private static @Nullable RequestBody body(Route route) {
        if (route.body == null) {
            return null;
        }
        var media = new MediaType().schema(route.body.schema());
        route.bodyExamples.forEach((name, value) -> media.addExamples(name, new Example().value(value)));
        return new RequestBody().required(true).content(new Content().addMediaType("application/json", media));
    }

    private static ApiResponses answers(Route route, Map<String, Integer> codes) {
        var responses = new ApiResponses();
        route.answers.forEach((status, answer) -> {
            var response = new ApiResponse().description(answer.words());
            addHeader(response, KnownHeaders.REQUEST_ID);
            answer.headers().forEach(header -> addHeader(response, header));
            if (answer.body() != null) {
                var media = new MediaType().schema(answer.body().schema());
                media.setExample(answer.example());
                response.content(new Content().addMediaType(answer.mediaType(), media));
            }
            responses.addApiResponse(Integer.toString(status), response);
        });
        refusals(route).forEach((status, ofStatus) -> {
            ofStatus.forEach(code -> {
                var other = codes.put(code, status);
                if (other != null && !other.equals(status)) {
                    throw new IllegalStateException(code + " stands for " + status + " and for " + other);
                }
            });
            responses.addApiResponse(
                    Integer.toString(status),
                    isCommon(status, ofStatus)
                            ? new ApiResponse().$ref("#/components/responses/" + name(status))
                            : refusal(status, ofStatus));
        });
        return responses;
    }

    private static Map<Integer, Set<String>> refusals(Route route) {
        var all = new TreeMap<Integer, Set<String>>();
        var sources = new ArrayList<Map<Integer, ? extends Iterable<String>>>();
        sources.add(KnownProblems.OF_EVERY_ROUTE);
        if (route.body != null) {
            sources.add(KnownProblems.OF_EVERY_BODY);
        }
        sources.add(route.problems);
        for (var source : sources) {
            source.forEach((status, codes) -> codes.forEach(
                    code -> all.computeIfAbsent(status, _ -> new TreeSet<>()).add(code)));
        }
        return all;
    }

    private static ApiResponse refusal(int status, Set<String> codes) {
        var phrase = HttpStatus.valueOf(status).getReasonPhrase();
        var narrowed = Shape.allOf(
                Shape.named("Problem"),
                open(Shape.object()
                        .maybe("status", Shape.exactly(status))
                        .maybe("code", Shape.oneOf(List.copyOf(codes)))));
        var media = new MediaType().schema(narrowed.schema());
        for (var code : codes) {
            media.addExamples(code, new Example().$ref("#/components/examples/" + code));
        }
        var response = new ApiResponse()
                .description(phrase + ": " + String.join(", ", codes))
                .content(new Content().addMediaType("application/problem+json", media));
        addHeader(response, KnownHeaders.REQUEST_ID);
        if (status == 401) {
            addHeader(response, KnownHeaders.CHALLENGE);
        }
        if (status == 429 || status == 503) {
            addHeader(response, KnownHeaders.RETRY_AFTER);
        }
        return response;
    }

    private static boolean isCommon(int status, Set<String> codes) {
        return codes.equals(COMMON.get(status));
    }

    private static String name(int status) {
        return HttpStatus.valueOf(status).getReasonPhrase().replace(" ", "");
    }

    private static Map<String, Object> problem(int status, String code) {
        var problem = new LinkedHashMap<String, Object>();
        problem.put("type", KnownProblems.TYPE + code);
        problem.put("title", HttpStatus.valueOf(status).getReasonPhrase());
        problem.put("status", status);
        problem.put("detail", meaning(code).replace("`", ""));
        problem.put("code", code);
        problem.put("requestId", "5f0c8a52-0d5b-4b7e-9f39-7c2f6a1f0d11");
        return problem;
    }

    private static String meaning(String code) {
        var meaning = KnownProblems.MEANINGS.get(code);
        if (meaning == null) {
            throw new IllegalStateException("nobody says what the code means: " + code);
        }
        return meaning;
    }

    private static void addHeader(ApiResponse response, String name) {
        response.addHeaderObject(name, new Header().$ref("#/components/headers/" + name));
    }

    private static List<SecurityRequirement> security(List<RouteCallers.Kind> admitted) {
        var ways = new ArrayList<SecurityRequirement>();
        ways.add(new SecurityRequirement().addList("accessToken"));
        if (admitted.stream().anyMatch(RouteCallers.Kind::byApiToken)) {
            ways.add(new SecurityRequirement().addList("apiToken"));
        }
        ways.add(new SecurityRequirement().addList("operatorPassword"));
        ways.add(new SecurityRequirement().addList("session"));
        return ways;
    }

    private static Components components(ApiDescription api, Map<String, Integer> codes) {
        var components = new Components();
        COMMON.forEach((status, ofStatus) -> components.addResponses(name(status), refusal(status, ofStatus)));
        codes.forEach((code, status) -> components.addExamples(
                code, new Example().summary(meaning(code)).value(problem(status, code))));
        api.shapes().forEach((name, shape) -> components.addSchemas(name, shape.schema()));
        components.addSchemas("Problem", problemShape(codes.keySet()).schema());
        components.addSchemas(
                "FieldError",
                Shape.object()
                        .saying("What is wrong with one field or parameter. Never holds its value.")
                        .with("field", Shape.string().saying("Its path.").like("responders[3].mobile"))
                        .with("message", Shape.string())
                        .schema());
        KnownHeaders.all().forEach(components::addHeaders);
        components.addSecuritySchemes(
                "accessToken",
                new SecurityScheme()
                        .type(SecurityScheme.Type.HTTP)
                        .scheme("bearer")
                        .bearerFormat("JWT")
                        .description("An access token of the OIDC issuer; its claims say role and tenants."));
        components.addSecuritySchemes(
                "apiToken",
                new SecurityScheme()
                        .type(SecurityScheme.Type.HTTP)
                        .scheme("bearer")
                        .bearerFormat("wrt_…")
                        .description("An API token of one tenant, for its incident systems."));
        components.addSecuritySchemes(
                "operatorPassword",
                new SecurityScheme()
                        .type(SecurityScheme.Type.HTTP)
                        .scheme("basic")
                        .description("The built-in operator, where one is configured."));
        components.addSecuritySchemes(
                "session",
                new SecurityScheme()
                        .type(SecurityScheme.Type.APIKEY)
                        .in(SecurityScheme.In.COOKIE)
                        .name("WARROOM_SESSION")
                        .description("A person's sign-in at a browser; changes need the page's CSRF token too."));
        return components;
    }

    private static Shape problemShape(Set<String> codes) {
        return Shape.object()
                .saying("Why a request was refused (RFC 9457).")
                .with(
                        "type",
                        Shape.oneOf(codes.stream()
                                        .map(code -> KnownProblems.TYPE + code)
                                        .toList())
                                .saying("Stable; ends in the code."))
                .with("title", Shape.string().saying("The status in words."))
                .with("status", Shape.number(400, 599))
                .with("detail", Shape.string().saying("What happened and what to do, for people. May change."))
                .with("code", Shape.oneOf(List.copyOf(codes)).saying("For programs. Stable."))
                .maybe("instance", Shape.string().saying("The address that was asked."))
                .with("requestId", Shape.string())
                .maybe("errors", Shape.list(Shape.named("FieldError")).saying("Field by field; at most 100."))
                .maybe(
                        "findings",
                        Shape.list(Shape.named("Finding")).saying("With `app-refused`: everything that was found."));
    }

    /** Narrows another shape, so other fields are that one's business. */
    private static Shape open(Shape object) {
        object.schema().setAdditionalProperties(null);
        return object;
    }

    private static String words(Set<String> codes) {
        var words = new StringBuilder("""
                Manages each tenant's chat apps, takes incidents, and shows the war rooms that came of them.

                Every refusal is problem details (RFC 9457), the server's own included, with a stable `type` and `code`. A method that \
                an address does not know is 405 `method-not-allowed`, an address that nobody knows 404 `not-found`. Bodies are one JSON \
                object of at most 1 MB; unknown and repeated fields are refused by name. Secrets are taken and never shown.

                `X-Request-Id` (1 to 64 letters, digits and `._:-`) is taken from the request or made, and is in every answer.

                | code | meaning |
                |---|---|
                """);
        for (var code : codes) {
            words.append("| `")
                    .append(code)
                    .append("` | ")
                    .append(meaning(code))
                    .append(" |\n");
        }
        return words.toString();
    }
}
