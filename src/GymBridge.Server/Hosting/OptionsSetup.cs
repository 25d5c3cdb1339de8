using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace GymBridge.Server.Hosting;

/// <summary>Binds the section and says, at the start, everything that makes no sense.</summary>
internal sealed class OptionsSetup(IServiceProvider services) : IConfigureOptions<GymBridgeOptions>, IValidateOptions<GymBridgeOptions>
{
    public void Configure(GymBridgeOptions options) =>
        // A name that does not exist is a mistake that would otherwise be silent.
        services.GetService<IConfiguration>()?.GetSection(GymBridgeOptions.Section).Bind(options, binder => binder.ErrorOnUnknownConfiguration = true);

    public ValidateOptionsResult Validate(string? name, GymBridgeOptions options) => options.Problems() is { Count: > 0 } problems
        ? ValidateOptionsResult.Fail($"{GymBridgeOptions.Section}: {string.Join(" ", problems)}")
        : ValidateOptionsResult.Success;
}
