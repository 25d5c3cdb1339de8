namespace GymBridge.Server.Catalog;

/// <summary>What the builder collected, until the services exist that factories may need.</summary>
internal sealed class Registrations
{
    private readonly List<Action<IServiceProvider, EnvRegistry>> _own = [];
    private readonly List<EnvRegistry> _given = [];

    public void Add(Action<IServiceProvider, EnvRegistry> register) => _own.Add(register);

    public void Add(EnvRegistry registry) => _given.Add(registry);

    public EnvironmentSet Build(IServiceProvider services)
    {
        if (_own.Count == 0)
        {
            return new EnvironmentSet([.. _given]);
        }

        var own = new EnvRegistry();
        _own.ForEach(register => register(services, own));
        return new EnvironmentSet([own, .. _given]);
    }
}
