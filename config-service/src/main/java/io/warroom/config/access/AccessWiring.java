package io.warroom.config.access;

import io.github.bucket4j.TimeMeter;
import io.warroom.config.http.EveryAnswer;
import io.warroom.config.openapi.RouteCallers;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Clock;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.security.authentication.ProviderManager;
import org.springframework.security.authorization.AuthorizationDecision;
import org.springframework.security.authorization.AuthorizationManager;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.oauth2.client.OAuth2AuthorizedClientService;
import org.springframework.security.oauth2.client.registration.ClientRegistration;
import org.springframework.security.oauth2.client.registration.ClientRegistrationRepository;
import org.springframework.security.oauth2.server.resource.web.authentication.BearerTokenAuthenticationFilter;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.access.intercept.AuthorizationFilter;
import org.springframework.security.web.access.intercept.RequestAuthorizationContext;
import org.springframework.security.web.authentication.AnonymousAuthenticationFilter;
import org.springframework.security.web.authentication.LoginUrlAuthenticationEntryPoint;
import org.springframework.security.web.authentication.www.BasicAuthenticationFilter;
import org.springframework.security.web.context.SecurityContextHolderFilter;
import org.springframework.security.web.csrf.CookieCsrfTokenRepository;
import org.springframework.security.web.csrf.CsrfTokenRepository;
import org.springframework.security.web.savedrequest.NullRequestCache;
import org.springframework.security.web.util.matcher.AnyRequestMatcher;
import org.springframework.security.web.util.matcher.MediaTypeRequestMatcher;
import org.springframework.security.web.util.matcher.RequestMatcher;

/**
 * The two ways in: programs prove who they are at every request and leave nothing behind; people at a browser sign in once,
 * have a session, and every change of theirs carries the page's CSRF token. Both ways end at {@link Routes}.
 */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({AccessSettings.class, RateLimitSettings.class})
public class AccessWiring {

    private static final String SIGN_IN = "/login";
    private static final String ELSEWHERE = "spring.security.oauth2.resourceserver.jwt.";

    @Bean
    EveryAnswer everyAnswer() {
        return new EveryAnswer();
    }

    @Bean
    ClaimReader claimReader(AccessSettings settings) {
        return new ClaimReader(settings.claims());
    }

    @Bean
    CurrentActor currentActor(ClaimReader claims) {
        return new CurrentActor(claims);
    }

    @Bean
    OAuth2AuthorizedClientService authorizedClients() {
        return new NoAuthorizedClients();
    }

    /** One for both ways in. */
    @Bean
    TenantRateLimit tenantRateLimit(RateLimitSettings settings) {
        return new TenantRateLimit(settings, TimeMeter.SYSTEM_NANOTIME);
    }

    /** In the chains of Spring Security alone, after the authorization; not once more in front of them. */
    @Bean
    FilterRegistrationBean<TenantRateLimit> tenantRateLimitInChainsAlone(TenantRateLimit filter) {
        var registration = new FilterRegistrationBean<>(filter);
        registration.setEnabled(false);
        return registration;
    }

    @Bean
    RouteCallers routeCallers() {
        return new RouteRoles();
    }

    /** Programs. What has no credential at all belongs here too, unless it comes with a session. */
    @Bean
    @Order(1)
    SecurityFilterChain programs(
            HttpSecurity http,
            AccessSettings settings,
            TokenRegister tokens,
            ClaimReader claims,
            CurrentActor actors,
            TenantRateLimit rateLimit,
            ObjectProvider<BuiltInOperator> operator,
            Clock clock)
            throws Exception {
        var issuer = settings.jwt().given() ? new IssuerTokens(settings.jwt(), clock) : null;
        var refusals = new Refusals(settings.operator().given());
        var bearer = new BearerTokenAuthenticationFilter(new BearerSignIn(
                tokens, issuer, claims, settings.metrics().read().orElse(null)));
        bearer.setAuthenticationEntryPoint(refusals);
        bearer.setAuthenticationFailureHandler(refusals);
        var builtIn = operator.getIfAvailable();
        if (builtIn != null) {
            http.addFilterAt(
                    new BasicAuthenticationFilter(new ProviderManager(builtIn), refusals),
                    BasicAuthenticationFilter.class);
        }
        return common(http, refusals, actors, rateLimit)
                .securityMatcher(AccessWiring::isProgram)
                .exceptionHandling(refused -> refused.authenticationEntryPoint(refusals))
                .sessionManagement(session -> session.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
                // Nothing that a browser sends by itself counts here, but Basic, and that is guarded by the filter in
                // front.
                .csrf(AbstractHttpConfigurer::disable)
                .logout(AbstractHttpConfigurer::disable)
                .addFilterBefore(bearer, AnonymousAuthenticationFilter.class)
                .addFilterBefore(new OwnPagesOnly(), BasicAuthenticationFilter.class)
                .build();
    }

    /** People at a browser: the pages, and the API as far as the pages call it. */
    @Bean
    @Order(2)
    SecurityFilterChain people(
            HttpSecurity http,
            AccessSettings settings,
            CurrentActor actors,
            TenantRateLimit rateLimit,
            ObjectProvider<BuiltInOperator> operator,
            ObjectProvider<ClientRegistrationRepository> clients,
            Environment environment,
            Clock clock)
            throws Exception {
        boolean secure = environment.getProperty("server.servlet.session.cookie.secure", Boolean.class, true);
        var wanted = new WantedPage(secure, asksForNoPage());
        var refusals = new Refusals(false);
        var builtIn = operator.getIfAvailable();
        if (builtIn != null) {
            http.authenticationProvider(builtIn)
                    .formLogin(form -> form.loginPage(SIGN_IN)
                            .successHandler(wanted)
                            .failureHandler((request, response, failure) -> {
                                if (failure instanceof TooManyTriesException
                                        && asksForNoPage().matches(request)) {
                                    refusals.commence(request, response, failure);
                                } else {
                                    response.sendRedirect(
                                            SIGN_IN + (failure instanceof TooManyTriesException ? "?wait" : "?error"));
                                }
                            }));
        }
        if (clients.getIfAvailable() != null) {
            http.oauth2Login(login -> login.loginPage(SIGN_IN)
                    .authorizationEndpoint(
                            asking -> asking.authorizationRequestRepository(new AskedIssuers(secure, clock)))
                    .successHandler(wanted)
                    // Spring's own would begin a session, to keep the failure in.
                    .failureHandler((request, response, failure) -> response.sendRedirect(SIGN_IN + "?error")));
        }
        return common(http, refusals, actors, rateLimit)
                .addFilterBefore(
                        new SessionMaxAge(settings.session().maxAge(), clock), SecurityContextHolderFilter.class)
                .requestCache(cache -> cache.requestCache(wanted))
                .csrf(csrf -> csrf.csrfTokenRepository(pageTokens(secure)))
                .logout(logout -> logout.logoutSuccessUrl(SIGN_IN + "?out"))
                .exceptionHandling(refused -> refused.defaultAuthenticationEntryPointFor(refusals, asksForNoPage())
                        .defaultAuthenticationEntryPointFor(refusals::showUnknown, AccessWiring::changes)
                        .defaultAuthenticationEntryPointFor(
                                new LoginUrlAuthenticationEntryPoint(SIGN_IN), AnyRequestMatcher.INSTANCE)
                        .accessDeniedHandler((request, response, failure) -> {
                            if (asksForNoPage().matches(request)) {
                                refusals.handle(request, response, failure);
                            } else {
                                refusals.show(request, response, failure);
                            }
                        }))
                .build();
    }

    /** What the sign-in page offers. */
    @Bean
    WaysIn waysIn(
            ObjectProvider<BuiltInOperator> operator, ObjectProvider<ClientRegistrationRepository> registrations) {
        var issuers = new LinkedHashMap<String, String>();
        if (registrations.getIfAvailable() instanceof Iterable<?> all) {
            for (var one : all) {
                if (one instanceof ClientRegistration client) {
                    issuers.put("/oauth2/authorization/" + client.getRegistrationId(), client.getClientName());
                }
            }
        }
        return new WaysIn(operator.getIfAvailable() != null, Collections.unmodifiableMap(issuers));
    }

    /** There is none unless its password is configured. */
    @Bean
    @Nullable
    BuiltInOperator builtInOperator(
            AccessSettings settings,
            ObjectProvider<ClientRegistrationRepository> clients,
            Environment environment,
            Clock clock) {
        for (var name : new String[] {"issuer-uri", "jwk-set-uri"}) {
            if (environment.containsProperty(ELSEWHERE + name)) {
                throw new UnusableAccessException(ELSEWHERE + name + " is not read here: configure warroom.access.jwt."
                        + name + " in its place.");
            }
        }
        if (environment.getProperty("server.forward-headers-strategy", "none").equalsIgnoreCase("framework")) {
            throw new UnusableAccessException(
                    "server.forward-headers-strategy=framework takes the address that the client"
                            + " writes for the caller's: use native.");
        }
        if (settings.operator().given()) {
            return new BuiltInOperator(settings.operator(), new SignInThrottle(clock));
        }
        if (!settings.jwt().given() && clients.getIfAvailable() == null) {
            throw new UnusableAccessException(
                    "nobody could sign in. Configure warroom.access.jwt.issuer-uri and .audience"
                            + " (access tokens of an OIDC issuer), spring.security.oauth2.client.registration.* (its sign-in page),"
                            + " or warroom.access.operator.password-file (a built-in operator).");
        }
        return null;
    }

    private static HttpSecurity common(
            HttpSecurity http, Refusals refusals, CurrentActor actors, TenantRateLimit rateLimit) throws Exception {
        return http
                // Set for every answer already, refusals of the server itself included.
                .headers(AbstractHttpConfigurer::disable)
                .httpBasic(AbstractHttpConfigurer::disable)
                .requestCache(cache -> cache.requestCache(new NullRequestCache()))
                .authorizeHttpRequests(requests -> requests
                        // A continuation of what was admitted, or the page that says why it was not.
                        .dispatcherTypeMatchers(DispatcherType.ASYNC, DispatcherType.FORWARD)
                        .permitAll()
                        .anyRequest()
                        .access(rules(actors)))
                .exceptionHandling(refused -> refused.accessDeniedHandler(refusals))
                .addFilterAfter(rateLimit, AuthorizationFilter.class);
    }

    private static AuthorizationManager<RequestAuthorizationContext> rules(CurrentActor actors) {
        return (authentication, context) ->
                new AuthorizationDecision(Routes.admit(context.getRequest(), actors.caller(authentication.get())));
    }

    /**
     * The pages' tokens, kept by the browser: a visitor who has not signed in takes no memory here. By the prefix of its name
     * (RFC 6265bis, 4.1.3.2) a browser takes the cookie from this host alone, not from one beside it, and over TLS alone.
     */
    private static CsrfTokenRepository pageTokens(boolean secure) {
        var tokens = new CookieCsrfTokenRepository();
        tokens.setCookieName(secure ? "__Host-WARROOM_CSRF" : "WARROOM_CSRF");
        tokens.setCookiePath("/");
        tokens.setHeaderName("X-CSRF-TOKEN");
        tokens.setCookieCustomizer(
                cookie -> cookie.httpOnly(true).secure(secure).sameSite("Lax"));
        return tokens;
    }

    private static boolean changes(HttpServletRequest request) {
        return !request.getMethod().equals("GET") && !request.getMethod().equals("HEAD");
    }

    private static boolean isProgram(HttpServletRequest request) {
        var path = request.getRequestURI().substring(request.getContextPath().length());
        boolean forPrograms = path.startsWith("/api/") || path.equals("/actuator") || path.startsWith("/actuator/");
        return forPrograms
                && (request.getHeader(HttpHeaders.AUTHORIZATION) != null || request.getRequestedSessionId() == null);
    }

    /** Who asks for no page is told that it is unknown, and not led to one. */
    static RequestMatcher asksForNoPage() {
        var page = new MediaTypeRequestMatcher(MediaType.TEXT_HTML);
        page.setIgnoredMediaTypes(Set.of(MediaType.ALL));
        return request ->
                request.getRequestURI().startsWith(request.getContextPath() + "/api/") || !page.matches(request);
    }
}
