using GymBridge.Spaces;

namespace GymBridge.Environments.Tests;

/// <summary>Every public attribute of Gymnasium's environments is there, with its Python type: golden/generate_types.py.</summary>
public class AttributeTypeTests
{
    private static readonly Info Golden =
        (Info)PythonJson.Read(File.ReadAllText(RepositoryRoot.Combine("tests/GymBridge.Environments.Tests/golden/attribute_types.json")))!;

    public static TheoryData<string> Ids => [.. Golden.Keys];

    [Theory]
    [MemberData(nameof(Ids))]
    public void Attributes_AfterResetAndStep_HaveGymnasiumsTypes(string id)
    {
        using var env = EnvironmentCatalog.CreateRegistry().Make(id);
        env.ResetObject(7);
        Check(env, id, "after_reset");
        env.StepObject(env.ActionSpace is Discrete ? 0L : NDArray.From(0.5f));
        Check(env, id, "after_step");
    }

    private static void Check(Env env, string id, string when)
    {
        var expected = ((Info)((Info)Golden[id]!)[when]!).Select(item => $"{item.Key}: {item.Value}").ToList();
        var actual = ((Info)((Info)Golden[id]!)[when]!).Keys.Select(name => $"{name}: {(env.Unwrapped.HasWrapperAttr(name) ? Kind(env.Unwrapped.GetWrapperAttr(name)) : "missing")}").ToList();
        Assert.Equal(expected, actual);
    }

    private static string Kind(object? value) => value switch
    {
        null => "NoneType",
        EnvMethod => "method",
        TupleSpace => "Tuple",
        Space space => space.GetType().Name,
        bool => "bool",
        int or long => "int",
        double => "float",
        float => "float32",
        string => "str",
        NumPyScalar scalar => scalar.Value.DType.Name(),
        NDArray array => $"ndarray {(array.DType switch { DType.Float64 => "<f8", DType.Float32 => "<f4", _ => array.DType.Name() })} [{string.Join(", ", array.Shape)}]",
        ForeignArray array => $"ndarray |{array.DType} [{string.Join(", ", array.Shape)}]",
        TupleValue tuple => $"tuple of {Kind(tuple[0])}",
        IReadOnlyList<object?> list => list.Count == 0 ? "list" : $"list of {Kind(list[0])}",
        _ => "dict",
    };
}
