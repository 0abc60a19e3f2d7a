@echo off
chcp 65001 >nul
setlocal
cd /d "%~dp0"
set "HOME_OF=%LOCALAPPDATA%\gridplan"
set "PLACE=%HOME_OF%\env"
if not exist "wheels\gridplan-*.whl" (
    echo 这里没有 wheels 文件夹：先把整个压缩包解压（全部提取），再从解压出来的文件夹里双击本文件。
    echo The folder wheels is not here: extract the whole archive first, and start this file from the folder that comes of it.
    pause
    exit /b 1
)
set "FITS=import sys, sysconfig; sys.exit(sys.version_info[:2] != (3, 12) or sysconfig.get_platform() != 'win-amd64')"
set "PY="
where py >nul 2>nul && py -3.12 -c "%FITS%" >nul 2>nul && set "PY=py -3.12"
if not defined PY where python >nul 2>nul && python -c "%FITS%" >nul 2>nul && set "PY=python"
if not defined PY (
    echo 没有找到 Python 3.12（64 位）。先运行这个文件夹里的 Python 安装程序，勾选 Add python.exe to PATH，再双击本文件。
    echo Python 3.12, 64 bit, was not found. Run its installer in this folder first, tick "Add python.exe to PATH", and start this file again.
    pause
    exit /b 1
)
if exist "%HOME_OF%\env.old" rmdir /s /q "%HOME_OF%\env.old"
if exist "%PLACE%" ren "%PLACE%" env.old || goto running
echo 正在安装，约需几分钟；不要点这个窗口……  Installing, a few minutes; do not click into this window...
%PY% -m venv "%PLACE%" || goto failed
"%PLACE%\Scripts\python.exe" -m pip install --isolated --no-index --progress-bar off --find-links "%~dp0wheels" gridplan || goto failed
echo 试算自带的示例县，约需一分钟……  Trying it on the bundled county, about a minute...
"%PLACE%\Scripts\gridplan.exe" demo yunxiu --out "%TEMP%\gridplan-trial" >nul
rem 1 says that a rule is not held, which the example may.
if errorlevel 2 goto failed
rmdir /s /q "%TEMP%\gridplan-trial" 2>nul
if exist "%HOME_OF%\env.old" rmdir /s /q "%HOME_OF%\env.old"
echo 装好了，示例县也算过了。以后双击 workbench.cmd 打开工作台。  Installed, and tried on the bundled county. From now on workbench.cmd opens the workbench.
pause
exit /b 0
:running
echo 工作台还开着：先关掉它的窗口，再双击本文件。  The workbench is still open: close its window first, and start this file again.
pause
exit /b 1
:failed
if exist "%PLACE%" rmdir /s /q "%PLACE%"
if exist "%HOME_OF%\env.old" ren "%HOME_OF%\env.old" env
echo 没有装成，原来装的还在。请把这个窗口里的文字发给给您这个文件夹的人。如果提到 DLL，先装微软的 VC++ 运行库（vc_redist.x64.exe）。
echo It was not installed; what was installed before is still there. Please send what stands in this window to whoever gave you this folder. If it
echo speaks of a DLL, install Microsoft's VC++ runtime first, vc_redist.x64.exe.
pause
exit /b 1
