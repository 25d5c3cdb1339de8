global using TorchSharp.Engine;
global using static TorchSharp.torch;
